import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { expect, test } from 'vitest';
import { workflowFaults } from '../release/workflows.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const files = Object.fromEntries(
  globSync('.github/workflows/*.yml', { cwd: root, dot: true }).map((file) => [
    basename(file),
    readFileSync(join(root, file), 'utf8'),
  ]),
);
const release = files['release.yml'] ?? '';
const ci = files['ci.yml'] ?? '';

test('the workflows publish with provenance, after all checks, with no more permission than they need', () => {
  expect(Object.keys(files).sort()).toEqual(['ci.yml', 'release.yml']);
  expect(workflowFaults(files, scripts)).toEqual([]);
});

test('a pull request is asked for its changeset, and a release is not', () => {
  expect(ci).toMatch(
    /if: github\.event_name == 'pull_request' && github\.head_ref != 'changeset-release\/main'/,
  );
  expect(ci).toMatch(/pnpm@10 check:changeset/);
});

const defects: readonly [what: string, planted: string, fault: RegExp][] = [
  ['a token of which nothing is said', ci.replace(/permissions:\n.*\n/, ''), /not read-only/],
  ['a token with all permissions', ci.replace('contents: read', 'contents: write'), /not read-only/],
  [
    'a timeout that .ci/run does not fit into',
    ci.replace(/timeout-minutes: 90/, 'timeout-minutes: 30'),
    /\.ci\/run needs/,
  ],
  ['a job without a timeout', ci.replace(/ +timeout-minutes: 10\n/, ''), /no timeout-minutes/],
  [
    'a job that keeps the token for what it runs',
    ci.replace('persist-credentials: false', 'clean: true'),
    /checkout's token/,
  ],
  ['a script that is not there', ci.replace('check:changeset', 'check:changes'), /runs check:changes/],
  ['an action on a branch', ci.replace('setup-go@v5', 'setup-go@main'), /setup-go@main is pinned/],
  [
    'a release without checks',
    release.replace(/needs: checks\n +if: .*push'/, ''),
    /job release: publishes without a job/,
  ],
  [
    'a snapshot without checks',
    release.replace(/needs: checks\n +if: .*dispatch'/, ''),
    /job snapshot: publishes without a job/,
  ],
  [
    'a release without provenance',
    release.replace('NPM_CONFIG_PROVENANCE', 'PROVENANCE'),
    /release: publishes without provenance/,
  ],
  [
    'a snapshot that may sign nothing',
    release.replace(/id-token: write[^\n]*\n +steps/g, 'id-token: read\n    steps'),
    /snapshot: publishes without provenance/,
  ],
  [
    'checks that may publish',
    release.replace('- run: npx --yes pnpm@10 install --frozen-lockfile', '- run: .ci/run'),
    /\.ci\/run with the permission to publish/,
  ],
  ['a release of any branch', release.replace('environment: npm', 'name: release'), /from no environment/],
  [
    'a secret where nothing is published',
    ci.replace('- run: .ci/run', `- run: .ci/run\n        env: { A: "\${{ secrets.NPM_TOKEN }}" }`),
    /or a secret/,
  ],
  [
    'a history of one commit',
    release.replaceAll('fetch-depth: 0', 'fetch-depth: 1'),
    /changelogs are made from/,
  ],
];

test.each(defects)('%s is found', (_what, planted, fault) => {
  expect(workflowFaults({ 'planted.yml': planted }, scripts)).toContainEqual(expect.stringMatching(fault));
});

test('a script that publishes what it did not build is found', () => {
  const careless = { ...scripts, 'release:publish': 'changeset publish' };
  expect(workflowFaults(files, careless)).toEqual([
    'release.yml, job release: publishes what it did not build',
  ]);
});
