import { describe, expect, test } from 'vitest';
import { readmeHeadings } from '../checks/adapter.ts';
import { structureFaults } from '../checks/structure.ts';
import { makeTree } from './fixtures/tree.ts';

type Files = Record<string, string>;

const manifest = {
  name: '@avatarwire/acme',
  license: 'MIT',
  repository: { directory: 'packages/acme' },
  type: 'module',
  sideEffects: false,
  exports: {
    '.': { '@avatarwire/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
    './package.json': './package.json',
  },
  files: ['dist', 'src'],
  publishConfig: { access: 'public', provenance: true },
  scripts: { build: '', dev: '', test: '', types: '' },
  dependencies: { '@avatarwire/core': 'workspace:^' },
  peerDependencies: { 'acme-sdk': '^1.0.0' },
  devDependencies: { 'acme-sdk': 'catalog:' },
  'size-limit': [{ path: 'dist/index.js', limit: '3 kB' }],
};

const fence = '```';

function readme(headings: readonly string[]): string {
  const opening = [`${fence}sh`, 'npm i @avatarwire/acme', fence, `${fence}ts`, 'acme();', fence];
  return [...opening, ...headings].join('\n');
}

const adapter: Files = {
  'package.json': JSON.stringify(manifest),
  'README.md': readme(readmeHeadings),
  'src/index.ts': '',
  'src/acme-transport.ts': '',
  'src/acme-options.ts': '',
  'src/acme-events.ts': '',
  'src/acme-errors.ts': '',
  'src/acme-sdk.ts': '',
  'test/conformance.test.ts': "import { describeTransport } from '@avatarwire/conformance/vitest';",
};

const core: Files = {
  'package.json': JSON.stringify({
    ...manifest,
    name: '@avatarwire/core',
    repository: { directory: 'packages/core' },
    dependencies: undefined,
    peerDependencies: undefined,
  }),
  'README.md': '',
  'src/index.ts': '',
  'src/errors.ts': "export type AvatarErrorCode = 'network' | 'queue-full';",
  'test/errors.test.ts': "['network', 'queue-full']",
};

test('a sound workspace has no faults', () => {
  expect(faultsWith({})).toEqual([]);
});

describe('an adapter', () => {
  test.each(['index.ts', 'acme-options.ts', 'acme-events.ts', 'acme-errors.ts', 'acme-sdk.ts'])(
    'needs src/%s',
    (file) => {
      expect(faultsWith({ [`src/${file}`]: undefined })).toContain(`packages/acme has no src/${file}`);
    },
  );

  test('has to run the conformance suite', () => {
    const fault = 'packages/acme does not run the conformance suite in test/conformance*.test.ts';

    expect(faultsWith({ 'test/conformance.test.ts': undefined })).toEqual([fault]);
    expect(faultsWith({ 'test/conformance.test.ts': '// later' })).toEqual([fault]);
  });

  test('has to have every heading in its README, in the common order', () => {
    expect(faultsWith({ 'README.md': readme(readmeHeadings.slice(1)) })).toEqual([
      'packages/acme/README.md has no "## Capabilities"',
    ]);
    expect(faultsWith({ 'README.md': readme([...readmeHeadings].reverse()) })).toEqual([
      expect.stringMatching(/in another order/),
    ]);
  });

  test('has to begin its README with how to install it, and an example', () => {
    expect(faultsWith({ 'README.md': readmeHeadings.join('\n') })).toEqual([
      'packages/acme/README.md does not begin with how to install it',
      'packages/acme/README.md does not begin with an example',
    ]);
  });

  test('needs a size budget of at most 8 kB', () => {
    const fault = expect.stringMatching(/has no size budget of at most 8 kB/);

    expect(faultsWithManifest({ 'size-limit': undefined })).toEqual([fault]);
    expect(faultsWithManifest({ 'size-limit': [{ path: 'dist/index.js', limit: '9 kB' }] })).toEqual([fault]);
  });
});

describe('a package.json', () => {
  const entry = manifest.exports['.'];

  test.each<[string, object, RegExp]>([
    ['a wrong name', { name: '@avatarwire/other' }, /is called @avatarwire\/acme/],
    ['private', { private: true }, /is not private/],
    ['side effects', { sideEffects: true }, /sideEffects/],
    [
      'packed tests',
      { files: ['dist', 'src', 'test'] },
      /packs "dist" and "src", and beside them only files/,
    ],
    ['a packed file that is not there', { files: ['dist', 'src', 'Dockerfile'] }, /packs "dist" and "src"/],
    [
      'an entry that leads to no data file',
      { exports: { ...manifest.exports, './data.json': './data.json' } },
      /entry ".\/data.json" has no conditions/,
    ],
    ['no provenance', { publishConfig: { access: 'public' } }, /with provenance/],
    ['no types script', { scripts: { build: '', dev: '', test: '' } }, /has the script "types"/],
    [
      'types before the source',
      exportsOf({
        types: entry.types,
        '@avatarwire/source': entry['@avatarwire/source'],
        default: entry.default,
      }),
      /has to have @avatarwire\/source, types, default, in this order/,
    ],
    [
      'an entry without a file',
      exportsOf({ '@avatarwire/source': './src/a.ts', types: './dist/a.d.ts', default: './dist/a.js' }),
      /leads to \.\/src\/a\.ts, which is not there/,
    ],
    [
      'types at another place',
      exportsOf({ ...entry, types: './types/index.d.ts' }),
      /types at \.\/dist\/index\.d\.ts/,
    ],
    ['core pinned', { dependencies: { '@avatarwire/core': 'workspace:*' } }, /has to be "workspace:\^"/],
    [
      'core as a peer',
      { dependencies: {}, peerDependencies: { '@avatarwire/core': 'workspace:^' } },
      /has to be an ordinary dependency/,
    ],
    ['any SDK', { peerDependencies: { 'acme-sdk': '*' } }, /name a tested range/],
    ['an SDK without an exact version', { devDependencies: {} }, /is tested with no exact acme-sdk/],
  ])('with %s is a fault', (_what, change, fault) => {
    expect(faultsWithManifest(change)).toEqual([expect.stringMatching(fault)]);
  });

  function exportsOf(target: object): object {
    return { exports: { ...manifest.exports, '.': target } };
  }
});

describe('files', () => {
  test('are kebab-case, and tests are in test/', () => {
    expect(faultsWith({ 'src/someThing.ts': '', 'src/a.test.ts': '' })).toEqual([
      'packages/acme/src/a.test.ts belongs into test/',
      'packages/acme/src/someThing.ts is not kebab-case',
    ]);
  });

  test('hold one idea: at most 400 lines, unless a program wrote them', () => {
    const lines = (count: number) => 'x;\n'.repeat(count);
    const long = { 'src/a.ts': lines(400), 'src/b.ts': lines(401), 'test/c.test.ts': lines(401) };
    const generated = { 'src/d.ts': `/**\n * Written by \`x\`.\n */\n${lines(400)}` };

    expect(faultsWith({ ...long, ...generated })).toEqual([
      'packages/acme/src/b.ts has 401 lines: more than one idea',
    ]);
  });

  test('every error code is met in a test', () => {
    const silent = { ...core, 'test/errors.test.ts': "['network']" };

    expect(faultsOf({ acme: adapter, core: silent })).toEqual(["the error code 'queue-full' is in no test"]);
  });
});

function faultsWithManifest(change: object): string[] {
  return faultsWith({ 'package.json': JSON.stringify({ ...manifest, ...change }) });
}

function faultsWith(change: Record<string, string | undefined>): string[] {
  const files = Object.entries({ ...adapter, ...change }).filter(([, text]) => text !== undefined);
  return faultsOf({ core, acme: Object.fromEntries(files) as Files });
}

function faultsOf(packages: Record<string, Files>): string[] {
  const tree = makeTree();
  try {
    for (const [name, files] of Object.entries(packages)) {
      tree.write(
        Object.fromEntries(Object.entries(files).map(([file, text]) => [`packages/${name}/${file}`, text])),
      );
    }
    return structureFaults(tree.folder);
  } finally {
    tree.remove();
  }
}
