import { linkFaults } from '../links.ts';
import { report } from '../report.ts';
import { structureFaults } from '../structure.ts';

report('structure', [...structureFaults(process.cwd()), ...linkFaults(process.cwd())]);
