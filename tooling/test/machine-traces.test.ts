import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { machineTraces } from '../checks/machine-traces.ts';
import { makeTree, type Tree } from './fixtures/tree.ts';

const home = ['', 'home', 'somebody', 'clone'].join('/');
const scratch = ['', 'tmp', 'x.txt'].join('/');
let tree: Tree;

beforeEach(() => {
  tree = makeTree({ '.gitignore': 'ignored.txt\n' });
  spawnSync('git', ['init', '-q'], { cwd: tree.folder });
});
afterEach(() => tree.remove());

test('a path of one machine is found, with its file and line', () => {
  tree.write({ 'docs/a.md': `fine\nsee ${home}/b`, 'b.ts': `open('${scratch}');` });

  expect(machineTraces(tree.folder, [])).toEqual([
    expect.stringMatching(/^b\.ts:1 holds a path of one machine/),
    expect.stringMatching(/^docs\/a\.md:2 holds a path of one machine/),
  ]);
});

test('relative paths, addresses and folders without a file are fine', () => {
  tree.write({ 'a.md': 'packages/work/x, https://example.com/home/page/x, ./tmp/y, <root>/tmp/z' });

  expect(machineTraces(tree.folder, [])).toEqual([]);
});

test('the host of a registry and the address of a tarball are found', () => {
  const tarball = ['tarball:', 'https://mirror.example/a.tgz'].join(' ');
  tree.write({ '.npmrc': '//packages.example/:x=1', 'pnpm-lock.yaml': `resolution: {${tarball}}` });

  expect(machineTraces(tree.folder, ['packages.example'])).toEqual([
    expect.stringMatching(/^\.npmrc:1 holds the host of a package registry/),
    expect.stringMatching(/^pnpm-lock\.yaml:1 holds the address of a tarball/),
  ]);
});

test('what git ignores is not looked at', () => {
  tree.write({ 'ignored.txt': home });

  expect(machineTraces(tree.folder, [])).toEqual([]);
});
