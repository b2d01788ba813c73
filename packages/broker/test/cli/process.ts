/** The command as a process of its own, with nothing of this one's environment, over the mock services. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type MockServices, startMockServices } from '@avatarwire/simulator/services';
import { onTestFinished, vi } from 'vitest';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const PATIENCE = { timeout: 20_000, interval: 20 };

export interface CliProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly said: { out: string; err: string };
  readonly ended: Promise<{ code: number | null; signal: string | null; out: string; err: string }>;
  /** Of the log, as far as it is there. */
  lines(): Record<string, unknown>[];
}

export function runCli(environment: Readonly<Record<string, string>>, ...given: string[]): CliProcess {
  const child = spawn(
    process.execPath,
    ['--conditions=@avatarwire/source', '--import', 'tsx', CLI, ...given],
    { cwd: PACKAGE, env: { PATH: process.env.PATH ?? '', ...environment } },
  );
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (text) => {
    said.out += text;
  });
  child.stderr.on('data', (text) => {
    said.err += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...said }));
  const lines = () =>
    said.out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { child, said, ended, lines };
}

export interface StartedCli extends CliProcess {
  /** With the base path. */
  readonly url: string;
  readonly origin: string;
  readonly metricsUrl: string;
}

/** Resolves once it listens. */
export async function startCli(environment: Readonly<Record<string, string>>): Promise<StartedCli> {
  const cli = runCli({ AVATARWIRE_PORT: '0', AVATARWIRE_METRICS_PORT: '0', ...environment });
  const line = await vi.waitFor(() => {
    const found = cli.lines().find(({ msg }) => msg === 'Listening.');
    if (!found) throw new Error(`It does not listen: ${cli.said.out}${cli.said.err}`);
    return found;
  }, PATIENCE);
  const url = String(line.url).replace('0.0.0.0', '127.0.0.1');
  return { ...cli, url, origin: new URL(url).origin, metricsUrl: String(line.metricsUrl) };
}

export const KEY = 'akool-key-7f3c9a51d2';

export interface Stage {
  readonly mock: MockServices;
  readonly folder: string;
  /** A key, a preset, and a store in a real file. */
  readonly environment: Readonly<Record<string, string>>;
}

export async function stage(): Promise<Stage> {
  const mock = await startMockServices({
    keys: { akool: { apiKey: KEY, clientId: 'client-2b1a', clientSecret: 'client-secret-9e8d7c' } },
    akool: { avatars: ['guide'] },
  });
  onTestFinished(() => mock.close());
  const folder = await mkdtemp(join(tmpdir(), 'avatarwire-broker-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return {
    mock,
    folder,
    environment: {
      AKOOL_API_KEY: KEY,
      AKOOL_BASE_URL: mock.urls.akool,
      AVATARWIRE_STORE: join(folder, 'store.sqlite'),
      AVATARWIRE_PRESETS: JSON.stringify({
        guide: { service: 'akool', avatarId: 'guide', durationSeconds: 600 },
      }),
    },
  };
}

export const CLOSE_SECRET = 'close-secret-of-this-page-0123456789';

let keys = 0;

export function open(
  url: string,
  { headers = {}, body = {} }: { headers?: Record<string, string>; body?: object } = {},
): Promise<Response> {
  return fetch(`${url}/sessions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': `test-key-${String(++keys).padStart(16, '0')}`,
      ...headers,
    },
    body: JSON.stringify({ provider: 'agora', closeSecret: CLOSE_SECRET, ...body }),
  });
}

export async function opened(url: string, headers?: Record<string, string>) {
  const response = await open(url, headers && { headers });
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as { sessionId: string; credentials: { token: string } };
}

export function close(url: string, id: string, secret = CLOSE_SECRET): Promise<Response> {
  return fetch(`${url}/close`, { method: 'POST', body: JSON.stringify({ id, secret }) });
}
