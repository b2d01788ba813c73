import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { changesetFaults } from '../changesets/needed.ts';
import { makeTree, type Tree } from './fixtures/tree.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

let tree: Tree;
beforeEach(() => {
  tree = makeTree({
    'package.json': manifest('avatarwire', { private: true }),
    'pnpm-workspace.yaml': workspace({ hono: '4.0.0', vitest: '4.0.0' }),
    'packages/acme/package.json': acme({ hono: 'catalog:' }),
    'packages/acme/src/index.ts': 'export const acme = 1;\n',
    'packages/acme/script-build/main.ts': '',
    'packages/acme/test/acme.test.ts': '',
    'apps/demo/package.json': manifest('@avatarwire/demo', { private: true }),
    'apps/demo/src/index.ts': '',
    '.changeset/config.json': readFileSync(join(root, '.changeset/config.json'), 'utf8'),
    '.changeset/README.md': '# Changesets\n',
  });
  git('init', '--quiet', '--initial-branch=main');
  commit();
  // As CI sees it: the pull request's branch, and main as it was fetched.
  git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  git('checkout', '--quiet', '-b', 'mending');
});
afterEach(() => tree.remove());

test('a changed source file of a published package needs a changeset (real git, real changesets)', async () => {
  change({ 'packages/acme/src/index.ts': 'export const acme = 2;\n' });
  expect(await faults()).toEqual([expect.stringMatching(/no changesets were found[\s\S]*pnpm changeset/)]);

  change({ '.changeset/mended.md': "---\n'@avatarwire/acme': patch\n---\n\nMended.\n" });
  expect(await faults()).toEqual([]);
});

test('an empty changeset says that no user will notice', async () => {
  change({ 'packages/acme/src/index.ts': '// A comment.\nexport const acme = 1;\n' });
  change({ '.changeset/nothing.md': '---\n---\n' });
  expect(await faults()).toEqual([]);
});

test('a changed dependency, and a changed build of a script, need one too', async () => {
  change({ 'packages/acme/package.json': acme({ hono: 'catalog:', jose: '6.0.0' }) });
  expect(await faults()).toHaveLength(1);

  git('reset', '--quiet', '--hard', 'origin/main');
  change({ 'packages/acme/script-build/main.ts': 'export {};\n' });
  expect(await faults()).toHaveLength(1);
});

test('another version in the catalog needs one where a published package depends on it', async () => {
  change({ 'pnpm-workspace.yaml': workspace({ hono: '4.0.0', vitest: '4.1.0' }) });
  expect(await faults()).toEqual([]);

  change({ 'pnpm-workspace.yaml': workspace({ hono: '4.1.0', vitest: '4.1.0' }) });
  expect(await faults()).toEqual([
    expect.stringMatching(/^packages\/acme now needs hono 4\.1\.0, not 4\.0\.0/),
  ]);

  change({ '.changeset/hono.md': "---\n'@avatarwire/acme': patch\n---\n\nHono 4.1.\n" });
  expect(await faults()).toEqual([]);
});

test('private apps and the tests of a package need none', async () => {
  change({
    'apps/demo/src/index.ts': 'export {};\n',
    'apps/demo/package.json': manifest('@avatarwire/demo', { private: true, dependencies: { hono: '1' } }),
    'packages/acme/test/acme.test.ts': '// Another test.\n',
  });
  expect(await faults()).toEqual([]);
});

const faults = () => changesetFaults(tree.folder, 'origin/main');

function manifest(name: string, more: object): string {
  return JSON.stringify({ name, version: '0.1.0', type: 'module', ...more });
}

function acme(dependencies: Record<string, string>): string {
  return manifest('@avatarwire/acme', { dependencies });
}

function workspace(catalog: Record<string, string>): string {
  return JSON.stringify({ packages: ['packages/*', 'apps/*'], catalog });
}

function change(files: Record<string, string>): void {
  tree.write(files);
  commit();
}

function commit(): void {
  git('add', '--all');
  git('commit', '--quiet', '--no-verify', '--message', 'A change.');
}

function git(...args: string[]): void {
  const identity = ['user.name=test', 'user.email=test@localhost', 'commit.gpgsign=false'];
  execFileSync('git', [...identity.flatMap((each) => ['-c', each]), ...args], { cwd: tree.folder });
}
