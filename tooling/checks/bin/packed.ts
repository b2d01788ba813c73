// Looks at the packages as users get them. They have to be built already.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentFaults, importFaults, packAll, tarballFaults } from '../packed.ts';
import { report } from '../report.ts';

const root = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'avatarwire-packed-'));
try {
  const faults: string[] = [];
  const all = await packAll(root, folder);
  for (const packed of all) {
    faults.push(
      ...contentFaults(packed),
      ...(await tarballFaults(packed, root)),
      ...(await importFaults(packed, folder, root)),
    );
  }
  report(`${all.length} packed packages`, faults);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
