import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseChangeset, plantChangeset, waitingChangesets } from '../release/changesets.ts';
import {
  changelogFaults,
  differenceFaults,
  packumentFaults,
  type Released,
  versionFaults,
} from '../release/faults.ts';
import { type Packument, startRegistry } from '../release/registry.ts';
import { workspacesOf } from '../release/workspaces.ts';
import { makeTree, type Tree } from './fixtures/tree.ts';

let tree: Tree;
beforeEach(() => {
  tree = makeTree();
});
afterEach(() => tree.remove());

const released = (name: string, version: string, more: Partial<Released> = {}): Released => ({
  name,
  version,
  private: false,
  changelog: '',
  ...more,
});

const before = [
  released('core', '0.1.0'),
  released('acme', '0.1.0'),
  released('demo', '0.0.0', { private: true }),
];

test('a release in which all packages get one version, and private ones keep theirs, is sound', () => {
  const after = [released('core', '0.2.0'), released('acme', '0.2.0'), before[2]].flatMap(
    (each) => each ?? [],
  );
  expect(versionFaults(before, after, /^0\.2\.0$/)).toEqual([]);
});

test('a package that stays behind, goes its own way or is private and goes along is found', () => {
  const after = [
    released('core', '0.2.0'),
    released('acme', '0.1.0'),
    released('demo', '0.2.0', { private: true }),
  ];
  expect(versionFaults(before, after, /^0\.2\.0$/)).toEqual([
    'acme stayed at 0.1.0',
    'demo is private, and became 0.2.0',
  ]);
  expect(
    versionFaults(before, [released('core', '0.1.1'), released('acme', '1.0.0')], /^\d\.\d\.\d$/),
  ).toEqual(['acme became 1.0.0, and core 0.1.1: all share one version']);
  expect(versionFaults(before, [released('core', '0.3.0')], /^0\.2\.0$/)).toHaveLength(1);
  expect(versionFaults(before, [], /^/)).toEqual(['no package is published']);
});

test('a changelog has what its changesets say, wrapped and indented as changesets likes, under the new version', () => {
  const changeset = parseChangeset("---\n'core': minor\n---\n\nIt says more.\n\n- And a list.\n");
  const changelog =
    '# core\n\n## 0.2.0\n\n### Minor Changes\n\n- a1b2c3d: It says\n  more.\n\n  - And a list.\n\n## 0.1.0\n\n- Old.\n';
  const fine = released('core', '0.2.0', { changelog });
  expect(changelogFaults([fine, released('demo', '0.0.0', { private: true })], [changeset])).toEqual([]);

  const old = parseChangeset("---\n'core': minor\n---\nOld.\n");
  expect(changelogFaults([fine], [old])).toEqual(['core: the changelog of 0.2.0 lacks "Old.…"']);
  expect(changelogFaults([released('core', '0.3.0', { changelog })], [])).toEqual([
    'core has no changelog of 0.3.0',
  ]);
  expect(changelogFaults([released('demo', '0.0.0', { private: true, changelog })], [])).toHaveLength(1);
});

test('what is missing from the registry, is there too much or has a wrong tag is found', () => {
  const version = { version: '0.1.0', dist: { tarball: '' } };
  const packument: Packument = { 'dist-tags': { latest: '0.1.0' }, versions: { '0.1.0': version } };
  expect(packumentFaults('core', packument, ['0.1.0'], { latest: '0.1.0' })).toEqual([]);
  expect(packumentFaults('core', packument, ['0.1.0', '0.2.0'], { latest: '0.1.0' })).toHaveLength(1);
  expect(packumentFaults('core', packument, [], { latest: '0.1.0' })).toHaveLength(1);
  expect(packumentFaults('core', packument, ['0.1.0'], { latest: '0.1.0', next: '0.1.0' })).toHaveLength(1);
  expect(differenceFaults('the tag', ['a', 'c'], ['a', 'b'])).toEqual([
    'the tag b is missing',
    'the tag c should not be',
  ]);
});

test('changesets are read as they were planted; an empty one bumps nothing', () => {
  tree.write({ '.changeset/README.md': '# Changesets\n', '.changeset/empty.md': '---\n---\n' });
  plantChangeset(tree.folder, 'planted', { bumps: { '@avatarwire/llm': 'patch' }, text: 'Mended.' });
  expect(waitingChangesets(tree.folder)).toEqual([
    { bumps: {}, text: '' },
    { bumps: { '@avatarwire/llm': 'patch' }, text: 'Mended.' },
  ]);
  expect(() => parseChangeset('# No changeset')).toThrow('not a changeset');
});

test('workspaces are known by their manifests, with their changelogs', () => {
  tree.write({
    'package.json': '{ "name": "all", "version": "0.0.0", "private": true }',
    'packages/core/package.json': '{ "name": "core", "version": "0.1.0" }',
    'packages/core/CHANGELOG.md': '# core\n',
  });
  expect(workspacesOf(tree.folder)).toEqual([
    released('all', '0.0.0', { private: true }),
    released('core', '0.1.0', { changelog: '# core\n' }),
  ]);
});

test('the registry of a rehearsal has nothing of ours at first, and is gone when it is stopped (real Verdaccio)', async () => {
  // Nobody listens there: what is ours is asked of nobody else.
  const registry = await startRegistry(tree.folder, 'http://127.0.0.1:9/');
  expect(await registry.packument('@avatarwire/core')).toBeUndefined();

  await registry.stop();
  await expect(fetch(registry.url)).rejects.toThrow();
});
