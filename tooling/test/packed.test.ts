import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { contentFaults, importFaults, type Packed, tarballFaults } from '../checks/packed.ts';
import { makeTree, type Tree } from './fixtures/tree.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const manifest = {
  name: '@avatarwire/acme',
  version: '1.0.0',
  type: 'module',
  license: 'MIT',
  repository: { type: 'git', url: 'git+https://example.com/acme.git' },
  sideEffects: false,
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './package.json': './package.json',
  },
};

let tree: Tree;
beforeEach(() => {
  tree = makeTree();
});
afterEach(() => tree.remove());

test('a sound package passes publint, attw, the look at its contents and the import in plain Node', async () => {
  const packed = pack({});

  expect(await tarballFaults(packed, root)).toEqual([]);
  expect(contentFaults(packed)).toEqual([]);
  expect(await importFaults(packed, tree.folder, root)).toEqual([]);
});

test('types that are not where the manifest says are found by publint and by attw', async () => {
  const packed = pack({ exports: { '.': { types: './dist/wrong.d.ts', default: './dist/index.js' } } });

  expect(await tarballFaults(packed, root)).toEqual([
    expect.stringMatching(/publint:[\s\S]*wrong\.d\.ts/),
    expect.stringMatching(/attw:/),
  ]);
});

test('a document that the exports name may be carried, and is imported as JSON', async () => {
  const exports = { ...manifest.exports, './openapi.json': './openapi.json' };
  const sound = pack({ exports }, { 'openapi.json': '{}' });
  expect(contentFaults(sound)).toEqual([]);
  expect(await importFaults(sound, tree.folder, root)).toEqual([]);

  const broken = pack({ exports }, { 'openapi.json': '{' });
  expect(await importFaults(broken, tree.folder, root)).toEqual([expect.stringMatching(/SyntaxError/)]);
});

test('tests in the tarball, a missing README and a range of the workspace are found', () => {
  const packed = pack(
    { dependencies: { '@avatarwire/core': 'workspace:^' } },
    { 'test/a.test.js': '', 'README.md': undefined },
  );

  expect(contentFaults(packed)).toEqual([
    '@avatarwire/acme: its tarball has no README.md',
    '@avatarwire/acme: its tarball carries test/a.test.js',
    '@avatarwire/acme: its tarball still names @avatarwire/core by workspace or catalog',
  ]);
});

test('an entry that touches the window, or needs an SDK, when it is imported is found', async () => {
  const window = pack({}, { 'dist/index.js': 'export const a = window.a;' });
  expect(await importFaults(window, tree.folder, root)).toEqual([
    'import of @avatarwire/acme in plain Node: ReferenceError: window is not defined',
  ]);

  const sdk = pack({ peerDependencies: { 'acme-sdk': '1' } }, { 'dist/index.js': "import 'acme-sdk';" });
  expect(await importFaults(sdk, tree.folder, root)).toEqual([
    expect.stringMatching(/Cannot find package 'acme-sdk'/),
  ]);
});

test('what a package depends on is there when it is imported', async () => {
  const files = { 'dist/index.js': "import 'valibot';" };
  const services = pack({ name: '@avatarwire/services', dependencies: { valibot: '1' } }, files);
  expect(await importFaults(services, tree.folder, root)).toEqual([]);

  const undeclared = pack({}, { 'dist/index.js': "import 'pino';" });
  expect(await importFaults(undeclared, tree.folder, root)).toEqual([
    expect.stringMatching(/Cannot find package 'pino'/),
  ]);
});

function pack(change: object, files: Record<string, string | undefined> = {}): Packed {
  const all = {
    'package.json': JSON.stringify({ ...manifest, ...change }),
    LICENSE: 'MIT',
    'README.md': '# acme',
    'dist/index.js': 'export const acme = 1;',
    'dist/index.d.ts': 'export declare const acme: number;',
    ...files,
  };
  const packed: Packed['manifest'] = JSON.parse(all['package.json']);
  const place = `node_modules/${packed.name}`;
  for (const at of ['package', place]) {
    rmSync(join(tree.folder, at), { recursive: true, force: true });
    for (const [file, text] of Object.entries(all)) {
      if (text !== undefined) tree.write({ [`${at}/${file}`]: text });
    }
  }
  const tarball = join(tree.folder, 'acme.tgz');
  const folder = join(tree.folder, place);
  execFileSync('tar', ['-czf', tarball, 'package'], { cwd: tree.folder });
  return { tarball, folder, manifest: packed };
}
