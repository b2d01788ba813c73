// A small package of the tests' own, packed by tar and installed by the real npm, which has nothing to ask a registry.
import { execFileSync } from 'node:child_process';
import { realpathSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Packed } from '../checks/packed.ts';
import { aloneFaults } from '../consumers/alone.ts';
import { launch, visit } from '../consumers/browser.ts';
import { outcomeFaults, programFaults, QUESTION_LETTERS } from '../consumers/outcome.ts';
import { peerFaults, peerVersions } from '../consumers/peers.ts';
import { install, placeEmpty, placeProject, type Stage, versionsFor } from '../consumers/place.ts';
import { renderedFaults } from '../consumers/rendered.ts';
import { runBounded } from '../consumers/run-bounded.ts';
import { sideEffectFaults, sizeFaults, sizesOf } from '../consumers/sizes.ts';
import { served } from '../consumers/static-server.ts';
import { everyEntry, typeFaults } from '../consumers/types.ts';
import { lowestOf, readCatalog } from '../consumers/versions.ts';
import { findChromium } from '../setup/find-chromium.ts';
import { makeTree, type Tree } from './fixtures/tree.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const manifest = {
  name: '@avatarwire/acme',
  version: '1.0.0',
  type: 'module',
  sideEffects: false,
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
};
const good = { letters: QUESTION_LETTERS, answer: 'You asked 2000 letters.', state: 'closed', open: 0 };

let tree: Tree;
beforeEach(() => {
  tree = makeTree();
});
afterEach(() => tree.remove());

test('a sound package is installed alone by the real npm, imported without a trace, typed and shaken', async () => {
  const { stage, packed, place } = await installed({}, { 'dist/index.js': shakeable });
  expect(await aloneFaults(stage, packed)).toEqual([]);
  expect(await typesIn(place, stage)).toEqual([]);
  expect(await sideEffectFaults(packed, place)).toEqual([]);
  expect(sizeFaults(await sizesOf(packed, place))).toEqual([]);
});

test('a tarball without the types that its manifest names does not compile, and the entry is named', async () => {
  const { stage, place } = await installed({}, { 'dist/index.d.ts': undefined });
  expect(await typesIn(place, stage)).toEqual([
    expect.stringMatching(/TS7016: Could not find a declaration file for module '@avatarwire\/acme'/),
  ]);
});

test('an import that touches the window, needs what is not declared, or leaves something behind is found', async () => {
  const broken: Readonly<Record<string, [code: string, fault: RegExp]>> = {
    window: ['window.innerWidth;', /window: ReferenceError: window is not defined$/],
    undeclared: ["import 'undeclared';", /undeclared: Error.*Cannot find package 'undeclared'/],
    global: ['globalThis.acme = 1;', /global leaves behind: acme$/],
    listener: ["process.on('exit', () => {});", /listener leaves behind: \d+ listeners for exit$/],
    timer: ['setTimeout(() => {}, 500);', /timer leaves behind: Timeout$/],
  };
  const exports = Object.fromEntries(Object.keys(broken).map((name) => [`./${name}`, `./dist/${name}.js`]));
  const files = Object.fromEntries(Object.entries(broken).map(([name, [code]]) => [`dist/${name}.js`, code]));
  const { stage, packed } = stageOf({ exports }, files);
  expect(await aloneFaults(stage, packed)).toEqual(
    Object.values(broken).map(([, fault]) => expect.stringMatching(fault)),
  );
});

test('a dependency that was never packed makes the install fail, and npm says which', async () => {
  const { stage, packed } = stageOf({ dependencies: { missing: 'file:./nowhere.tgz' } });
  expect(await aloneFaults(stage, packed)).toEqual([
    expect.stringMatching(/npm install failed[\s\S]*nowhere/),
  ]);
});

test('a package for a later Node than this one is refused', async () => {
  const { stage, packed } = stageOf({ engines: { node: '>=99' } });
  expect(await aloneFaults(stage, packed)).toEqual([expect.stringMatching(/EBADENGINE[\s\S]*>=99/)]);
});

test('a helper that pulls in what it stands beside, and an import that does something, cost too much', async () => {
  const heavy = `${shakeable}\nglobalThis.log?.(${JSON.stringify(noise(6_000))});`;
  const { packed, place } = await installed({ sideEffects: true }, { 'dist/index.js': heavy });
  expect(await sideEffectFaults(packed, place)).toEqual([
    expect.stringMatching(/^import '@avatarwire\/acme' alone leaves \d{4} bytes behind$/),
  ]);
  const [first] = sizeFaults(await sizesOf(packed, place));
  expect(first).toMatch(/^import { acme } from '@avatarwire\/acme' costs \d{4} bytes gzipped/);
});

test('a peer that refuses the version it is tested with is found, in the words of npm', async () => {
  const { stage, packed } = stageOf({ peerDependencies: { '@avatarwire/sdk': '^1.0.0' } });
  const sdk = pack({ name: '@avatarwire/sdk', version: '2.0.0' }, {}, 'sdk');
  const pair = { peer: '@avatarwire/sdk', version: `file:${sdk.tarball}` };
  expect(await peerFaults(stage, packed, pair)).toEqual([
    expect.stringMatching(/^@avatarwire\/acme with @avatarwire\/sdk [\s\S]*ERESOLVE/),
  ]);
  const fitting = pack({ name: '@avatarwire/sdk', version: '1.2.0' }, {}, 'fitting');
  expect(await peerFaults(stage, packed, { ...pair, version: `file:${fitting.tarball}` })).toEqual([]);
});

test('peers are tried at the lowest version of their range and at each that is tested', () => {
  const tested = {
    peerDependencies: { sdk: '^4.20.0', react: '>=18' },
    devDependencies: {
      sdk: '4.24.8',
      'sdk-oldest': 'npm:sdk@4.20.0',
      react: '19.3.1',
      'react-18': 'npm:react@18.3.1',
    },
  };
  expect(peerVersions({ manifest: tested })).toEqual([
    { peer: 'sdk', version: '4.20.0' },
    { peer: 'sdk', version: '4.24.8' },
    { peer: 'react', version: '18.0.0' },
    { peer: 'react', version: '19.3.1' },
    { peer: 'react', version: '18.3.1' },
  ]);
  expect(() => lowestOf('latest')).toThrow(/no range/);
});

test('a conversation that failed, went wrong, left a session open or never ended is told so', async () => {
  expect(outcomeFaults(good)).toEqual([]);
  expect(outcomeFaults(null)).toEqual(['no outcome was told']);
  expect(outcomeFaults({ error: 'TypeError: no' })).toEqual(['the conversation failed: TypeError: no']);
  expect(outcomeFaults({ ...good, letters: 1_000, open: 1 })).toEqual([
    'letters is 1000, and has to be 2000',
    'open is 1, and has to be 0',
  ]);
  const run = (code: string, withinMs = 20_000) =>
    runBounded(process.execPath, ['--eval', code], { cwd: tree.folder, withinMs });
  const tell = `console.log(${JSON.stringify(JSON.stringify(good))});`;
  expect(programFaults(await run(tell))).toEqual([]);
  expect(programFaults(await run('throw new TypeError("no")'))).toEqual(['TypeError: no']);
  expect(programFaults(await run(''))).toEqual([expect.stringMatching(/^told no outcome/)]);
  const stays = await run(`${tell} setInterval(() => {}, 1_000);`, 700);
  expect(programFaults(stays)).toEqual([expect.stringMatching(/^did not end by itself/)]);
});

test.skipIf(findChromium() === undefined)(
  'a page in a real Chromium that complains, loads too much or leaves something open is found',
  async () => {
    const told = `document.querySelector('#outcome').textContent = ${JSON.stringify(JSON.stringify(good))};`;
    const leave = 'new RTCPeerConnection(); setInterval(() => {}, 60000); console.error("no");';
    tree.write({
      'index.html': '<link rel="icon" href="data:,"><pre id="outcome"></pre><script src="page.js"></script>',
      'page.js': told,
    });
    const browser = await launch();
    onTestFinished(() => browser.close());
    const look = (mostScriptBytes: number) =>
      served(tree.folder, (url) => visit(browser, url, { mostScriptBytes, settleMs: 300 }));
    expect(await look(1_000)).toEqual([]);
    tree.write({ 'page.js': `${leave}${told}` });
    expect(await look(100)).toEqual([
      'the page said: no',
      'left open: a peer connection,a timer every 60000 ms',
      expect.stringMatching(/^it loaded \d+ bytes of script, more than 100$/),
    ]);
  },
);

test('a page that a server did not render is found', () => {
  const page =
    '<main data-window="undefined" data-recognised="false"><p role="status">idle</p><video autoPlay="" aria-label="The avatar">';
  expect(renderedFaults(page)).toEqual([]);
  expect(renderedFaults(page.replace('idle', 'live').replace('undefined', 'object'))).toEqual([
    "the server's page does not show: it was rendered where there is no window",
    "the server's page does not show: the session is rendered as it is before anybody connects",
  ]);
});

test('a project gets the tarballs that it names and all that those need, and the catalog’s versions', () => {
  const { stage } = stageOf({});
  const user = pack({ name: '@avatarwire/user', dependencies: { '@avatarwire/acme': '^1.0.0' } }, {}, 'user');
  const both = { ...stage, packages: [...stage.packages, user] };
  expect(versionsFor(both, { '@avatarwire/user': 'packed', vite: 'catalog:', webpack: '5.0.0' })).toEqual({
    '@avatarwire/user': `file:${user.tarball}`,
    '@avatarwire/acme': `file:${stage.packages[0]?.tarball}`,
    vite: readCatalog(root)['vite'],
    webpack: '5.0.0',
  });
  expect(() => versionsFor(both, { '@avatarwire/nobody': 'packed' })).toThrow(
    'No @avatarwire/nobody was packed.',
  );
  expect(() => placeProject(both, 'node')).toThrow('No @avatarwire/core was packed.');
});

const shakeable = `
  export const acme = 1;
  export function simulate() { return ${JSON.stringify(noise(6_000))}; }
`;

/** What no compression makes small. */
function noise(length: number): string {
  let state = 1;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCharCode(97 + (state % 26));
  }).join('');
}

async function installed(change: object, files: Record<string, string | undefined> = {}) {
  const { stage, packed } = stageOf(change, files);
  const place = placeEmpty(stage, 'user', { dependencies: { [manifest.name]: 'packed' } });
  expect(await install(place)).toEqual([]);
  return { stage, packed, place };
}

/** With the compiler of the workspace, where a project has installed its own. */
async function typesIn(place: string, { packages }: Stage): Promise<string[]> {
  symlinkSync(realpathSync(join(root, 'node_modules/typescript')), join(place, 'node_modules/typescript'));
  tree.write({
    'projects/user/src/every-entry.ts': everyEntry(packages),
    'projects/user/tsconfig.json':
      '{ "compilerOptions": { "strict": true, "types": [], "lib": ["ES2022"] }, "include": ["src"] }',
  });
  return typeFaults(place, { compiler: 'typescript', resolution: 'nodenext' });
}

function stageOf(change: object, files: Record<string, string | undefined> = {}) {
  const packed = pack(change, files);
  rmSync(join(tree.folder, 'projects'), { recursive: true, force: true });
  return { packed, stage: { folder: tree.folder, packages: [packed], catalog: readCatalog(root) } };
}

function pack(change: object, files: Record<string, string | undefined> = {}, at = 'acme'): Packed {
  const all: Record<string, string | undefined> = {
    'package.json': JSON.stringify({ ...manifest, ...change }),
    'dist/index.js': 'export const acme = 1;',
    'dist/index.d.ts': 'export declare const acme: number;',
    ...files,
  };
  rmSync(join(tree.folder, at), { recursive: true, force: true });
  for (const [file, text] of Object.entries(all)) {
    if (text !== undefined) tree.write({ [`${at}/package/${file}`]: text });
  }
  const folder = join(tree.folder, at);
  execFileSync('tar', ['-czf', 'packed.tgz', 'package'], { cwd: folder });
  return {
    tarball: join(folder, 'packed.tgz'),
    folder: join(folder, 'package'),
    manifest: { ...manifest, ...change } as Packed['manifest'],
  };
}
