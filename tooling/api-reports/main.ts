// `pnpm api` writes what users can import of each package, with its types, to `packages/NAME/api`, so that a change to it
// shows in review. With `--check` it writes nothing and fails where a report says something else. Both read `dist`.
import { report } from '../checks/report.ts';
import { packagesOf } from '../checks/workspace.ts';
import { reportFaults, writeReports } from './reports.ts';

const packages = packagesOf(process.cwd());
if (process.argv.includes('--check')) {
  report('api reports', packages.flatMap(reportFaults));
} else {
  for (const each of packages) writeReports(each);
}
