import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packagesOf } from '../checks/workspace.ts';
import type { Run } from './run.ts';

/**
 * The working tree as it is now, with what is not committed yet, as a repository of its own: versions are changed and
 * tags are made there, and never here. What is built comes along, so that nothing is built twice.
 */
export async function copyWorkingTree(root: string, copy: string, run: Run): Promise<void> {
  const listed = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], root);
  for (const file of listed.split('\0')) copyFile(root, copy, file);
  for (const { name } of packagesOf(root)) {
    copyFile(root, copy, join('packages', name, 'dist'));
    withoutProvenance(join(copy, 'packages', name, 'package.json'));
  }
  // A history of its own: in a clone of a shallow clone, as CI has it, changesets looks for older commits for ever.
  await run('git', ['init', '--quiet', '--initial-branch=main'], copy);
  const settings = {
    'user.name': 'release rehearsal',
    'user.email': 'rehearsal@localhost',
    'commit.gpgsign': 'false',
    'tag.gpgsign': 'false',
  };
  for (const [name, value] of Object.entries(settings)) await run('git', ['config', name, value], copy);
  await commitAll(copy, 'the working tree', run);
  // Quick: the packages lie in pnpm's store already, and only what is published is linked.
  const published = ['--filter', '.', '--filter', './packages/*'];
  await run(
    'pnpm',
    ['install', '--frozen-lockfile', '--prefer-offline', '--ignore-scripts', ...published],
    copy,
  );
}

export async function commitAll(copy: string, message: string, run: Run): Promise<void> {
  await run('git', ['add', '--all'], copy);
  await run('git', ['commit', '--quiet', '--no-verify', '--message', message], copy);
}

/** Only a public CI can vouch for where a package comes from. */
function withoutProvenance(file: string): void {
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  delete manifest.publishConfig.provenance;
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

/** A file, or a folder with all in it. The index still names what was deleted. */
function copyFile(from: string, to: string, file: string): void {
  if (file === '' || !existsSync(join(from, file))) return;
  mkdirSync(dirname(join(to, file)), { recursive: true });
  cpSync(join(from, file), join(to, file), { recursive: true, verbatimSymlinks: true });
}
