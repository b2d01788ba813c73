// `pnpm check:release` releases the tree as it is now, twice and as a snapshot, to a registry that lives as long as this
// process, and installs it from there with npm. Versions change in a copy alone; the packages have to be built already.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { report } from '../checks/report.ts';
import { rehearse, type Step } from './rehearsal.ts';

const faults: string[] = [];
const step: Step = async (name, run) => {
  const started = performance.now();
  try {
    faults.push(...(await run()).map((fault) => `${name}: ${fault}`));
  } catch (error) {
    // What follows stands on this step.
    throw new Error(`${name}: ${(error as Error).message}`);
  }
  process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${name}\n`);
};

const folder = mkdtempSync(join(tmpdir(), 'avatarwire-release-'));
try {
  await rehearse(process.cwd(), folder, step);
} catch (error) {
  faults.push((error as Error).message);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
report('release', faults);
