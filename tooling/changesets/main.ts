// `pnpm check:changeset` asks for a changeset where a published package changed since the branch that is named behind it.
import { report } from '../checks/report.ts';
import { changesetFaults } from './needed.ts';

const [, , base = 'origin/main'] = process.argv;
report('changesets', await changesetFaults(process.cwd(), base));
