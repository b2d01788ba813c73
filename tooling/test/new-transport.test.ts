import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adapterFaults } from '../checks/adapter.ts';
import { manifestFaults } from '../checks/manifest.ts';
import { packagesOf } from '../checks/workspace.ts';
import { generateTransport } from '../new-transport/generate.ts';
import { namesOf } from '../new-transport/names.ts';
import { makeTree, type Tree } from './fixtures/tree.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const name = 'big-blue';

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
    for (const file of ['package.json', 'tsconfig.base.json', 'vitest.config.ts', 'biome.json']) {
      copyFileSync(join(root, file), join(tree.folder, file));
    }
    tree.write({
      'packages/core/tsconfig.json': readFileSync(join(root, 'packages/core/tsconfig.json'), 'utf8'),
    });
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
      'big-blue: makeClient in src/big-blue-sdk.ts is not written yet.',
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

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}
