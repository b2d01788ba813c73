// The command itself, in a process of its own, cut short: `pnpm soak` runs it in full.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from '@avatarwire/tooling/chromium';
import { findLivekitServer } from '@avatarwire/tooling/livekit-server';
import { expect, onTestFinished, test } from 'vitest';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
/** In a run of seconds the optimiser's own code would be most of what grows. */
const NODE = [
  '--no-opt',
  '--conditions=@avatarwire/source',
  '--expose-gc',
  '--import',
  'tsx',
  'src/soak/main.ts',
];
const memory = (messages: number) => ['--messages', `${messages}`, '--sessions', '80', '--livekit', '0'];
const GROWTH = 'growth of the heap over the second half';
const haveLivekit = findChromium() !== undefined && findLivekitServer() !== undefined;

interface Ended {
  readonly code: number | string | null | undefined;
  /** What was judged, as it was printed. */
  readonly judged: readonly string[];
  readonly errors: string;
}

function soak(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...NODE, ...args],
      { cwd: FOLDER, env: { ...process.env, ...env } },
      (error, stdout, errors) => {
        const judged = stdout.split('\n').filter((line) => /^ {2}(?:pass|FAIL|–) /.test(line));
        resolve({ code: error?.code ?? 0, judged, errors });
      },
    );
  });
}

const failed = (judged: readonly string[]) => judged.filter((line) => line.startsWith('  FAIL'));

test('6,000 messages and 80 sessions over the memory transport leave nothing behind, and the page says so', {
  timeout: 120_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'avatarwire-soak-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'soak.md');
  const { code, judged, errors } = await soak([...memory(6_000), '--results', file]);
  expect({ code, failed: failed(judged), errors }).toEqual({ code: 0, failed: [], errors: '' });
  expect(judged.filter((line) => line.includes(GROWTH))).toHaveLength(3);
  const page = await readFile(file, 'utf8');
  expect(page.match(/^\| pass \|/gm)).toHaveLength(judged.length);
  expect(page).toContain('## 80 sessions opened, used and closed');
});

test('a planted leak of a kilobyte a message, and of every session, fails the same criterion', {
  timeout: 120_000,
}, async () => {
  const { code, judged } = await soak([...memory(4_000), '--leak']);
  expect(code).toBe(1);
  expect(failed(judged).map((line) => line.slice('  FAIL  '.length).split(':')[0])).toEqual([
    GROWTH,
    GROWTH,
    GROWTH,
    'sessions still in memory',
  ]);
});

test.skipIf(!haveLivekit)(
  '10 sessions in a real Chromium over a real livekit-server leave no connection, track, timer or participant behind',
  { timeout: 120_000 },
  async () => {
    const { code, judged, errors } = await soak(['--messages', '0', '--sessions', '0', '--livekit', '10']);
    expect({ code, failed: failed(judged), errors }).toEqual({ code: 0, failed: [], errors: '' });
    expect(judged.length).toBeGreaterThanOrEqual(9);
  },
);

test('without a Chromium and a livekit-server it says by name what is missing', async () => {
  const { code, errors } = await soak([], { CHROMIUM_BIN: '/nowhere', LIVEKIT_SERVER_BIN: '/nowhere' });
  expect(code).toBe(2);
  expect(errors).toContain('It lacks a Chromium and a livekit-server');
});
