import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { adapterFaults } from '../checks/adapter.ts';
import { manifestFaults } from '../checks/manifest.ts';
import { type Manifest, packagesOf } from '../checks/workspace.ts';
import { generateTransport } from '../new-transport/generate.ts';
import { namesOf } from '../new-transport/names.ts';
import { makeTree, type Tree } from './fixtures/tree.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const name = 'big-blue';
const rootFiles = [
  'package.json',
  'pnpm-workspace.yaml',
  'tsconfig.base.json',
  'vitest.config.ts',
  'biome.json',
];
const coreManifest = readFileSync(join(root, 'packages/core/package.json'), 'utf8');

test('a name has one spelling for each place', () => {
  expect(namesOf('big-blue')).toEqual({
    name: 'big-blue',
    Name: 'BigBlue',
    camel: 'bigBlue',
    key: "'big-blue'",
  });
  expect(namesOf('acme')).toEqual({ name: 'acme', Name: 'Acme', camel: 'acme', key: 'acme' });
});

test.each(['Acme', '2d', 'a_b', 'a--b', '../a', ''])('"%s" is refused as a name', (refused) => {
  expect(() => namesOf(refused)).toThrow(/cannot be a package/);
});

describe('a new adapter in a copy of the workspace', () => {
  let tree: Tree;

  beforeAll(() => {
    tree = makeTree();
    for (const file of rootFiles) copyFileSync(join(root, file), join(tree.folder, file));
    tree.write({ 'packages/core/package.json': coreManifest });
    symlinkSync(join(root, 'node_modules'), join(tree.folder, 'node_modules'));
    // Only what the vitest configuration imports: with the tests in it, this one would run itself.
    tree.write({ 'tooling/.keep': '' });
    for (const part of ['setup', 'test-run'])
      symlinkSync(join(root, 'tooling', part), join(tree.folder, 'tooling', part));

    generateTransport(tree.folder, name);

    tree.write({ [`packages/${name}/node_modules/@avatarwire/.keep`]: '' });
    for (const [ours, folder] of Object.entries({
      core: 'packages/core',
      conformance: 'packages/conformance',
      tooling: 'tooling',
    })) {
      symlinkSync(join(root, folder), join(tree.folder, `packages/${name}/node_modules/@avatarwire/${ours}`));
    }
  });
  afterAll(() => tree.remove());

  test('has everything that the structure check wants of an adapter', () => {
    const [made] = packagesOf(tree.folder).filter((each) => each.name === name);

    expect(made && [...adapterFaults(made), ...manifestFaults(made)]).toEqual([]);
  });

  test('has the rules of every other package', () => {
    const rulesOf = (folder: string) =>
      JSON.parse(readFileSync(join(folder, 'tsconfig.json'), 'utf8')) as unknown;

    expect(rulesOf(join(tree.folder, 'packages', name))).toEqual(rulesOf(join(root, 'packages/core')));
  });

  test('brings its changeset', () => {
    expect(readFileSync(join(tree.folder, `.changeset/${name}-adapter.md`), 'utf8')).toMatch(
      /^---\n'@avatarwire\/big-blue': minor\n---\n/,
    );
  });

  test('compiles', () => {
    expect(run('tsc', ['-p', `packages/${name}`])).toEqual({ code: 0, output: '' });
  });

  test('fails the conformance suite, because connect is not written', () => {
    const { code } = run('vitest', [
      'run',
      '--project',
      'node',
      '--reporter=json',
      '--outputFile=report.json',
      `packages/${name}`,
    ]);
    const report = JSON.parse(readFileSync(join(tree.folder, 'report.json'), 'utf8')) as Report;
    const cases = report.testResults.flatMap(({ assertionResults }) => assertionResults);
    const failed = cases.filter(({ status }) => status === 'failed');

    expect(code).toBe(1);
    expect(cases.length).toBeGreaterThan(20);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.map(({ failureMessages }) => failureMessages.join()).join('\n')).toContain(
      'big-blue: importSdk in src/big-blue-sdk.ts is not written yet.',
    );
  });

  test('is not written over an adapter that is there', () => {
    expect(() => generateTransport(tree.folder, name)).toThrow('packages/big-blue is there already');
  });

  function run(program: string, args: string[]): { code: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin', program), args, {
      cwd: tree.folder,
      encoding: 'utf8',
      timeout: 60_000,
    });
    return { code: status, output: stdout + stderr };
  }
});

describe('a new adapter elsewhere', () => {
  let tree: Tree;
  let outside: Tree;

  beforeEach(() => {
    tree = makeTree({ 'packages/core/package.json': coreManifest });
    for (const file of rootFiles) copyFileSync(join(root, file), join(tree.folder, file));
    outside = makeTree();
  });
  afterEach(() => {
    tree.remove();
    outside.remove();
  });

  test('in this repository is a private package of its folder, on what is published alone', () => {
    const { place, files } = generateTransport(tree.folder, name, 'examples/blue-example');
    const folder = join(tree.folder, 'examples/blue-example');

    expect([place.kind, place.package]).toEqual(['workspace', '@avatarwire/example-blue-example']);
    expect(files).toContain('examples/blue-example/src/big-blue-transport.ts');
    expect(existsSync(join(tree.folder, '.changeset'))).toBe(false);
    expect(manifestIn(folder)).toMatchObject({
      name: '@avatarwire/example-blue-example',
      private: true,
      dependencies: { '@avatarwire/core': 'workspace:*' },
      devDependencies: { '@avatarwire/conformance': 'workspace:*' },
    });
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    expect(readme).toContain('](../../docs/adding-a-transport.md)');
    expect(readme).not.toContain('@avatarwire/big-blue');
    // The same rules as the adapter above, which compiles.
    expect(tsconfigIn(folder)).toEqual({
      extends: '../../tsconfig.base.json',
      compilerOptions: { types: ['node'] },
      include: ['src', 'test'],
    });
  });

  test('outside this repository needs nothing of it but what is published', () => {
    const folder = join(outside.folder, 'acme-adapter');
    const { place } = generateTransport(tree.folder, name, folder);

    expect([place.kind, place.package]).toEqual(['standalone', 'avatarwire-big-blue']);
    const { version } = JSON.parse(coreManifest) as { version: string };
    const manifest = manifestIn(folder);
    expect(manifest.dependencies).toEqual({ '@avatarwire/core': `^${version}` });
    expect(Object.keys(manifest.devDependencies ?? {})).toEqual([
      '@avatarwire/conformance',
      'tsup',
      'typescript',
      'vitest',
    ]);
    expect(manifest.private).toBeUndefined();
    const written = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n');
    for (const ours of ['workspace:', 'catalog:', '@avatarwire/source', '@avatarwire/tooling', '../../'])
      expect(written).not.toContain(ours);
    const { customConditions: _, ...rules } = tsconfigIn(root, 'tsconfig.base.json').compilerOptions;
    expect(tsconfigIn(folder)).toEqual({
      compilerOptions: { ...rules, ignoreDeprecations: '6.0' },
      include: ['src', 'test'],
    });
  });

  test.each([
    ['packages/other', /a package lives in packages\/big-blue/],
    ['.', /a folder of its own/],
    ['packages/core', /a package lives in/],
  ])('is not written into %s', (into, why) => {
    expect(() => generateTransport(tree.folder, name, into)).toThrow(why);
  });

  test('is not written over what is there', () => {
    tree.write({ 'examples/there/README.md': 'mine' });
    expect(() => generateTransport(tree.folder, name, 'examples/there')).toThrow(
      'examples/there is there already',
    );
  });
});

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

function tsconfigIn(folder: string, file = 'tsconfig.json') {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as { compilerOptions: Record<string, unknown> };
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}
