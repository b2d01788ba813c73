/** The command as processes that may be killed, over watched mock services. Everything runs on the machine's clock. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { sqliteStore } from '../../../src/sqlite';
import { type BrokerStore, LIVE_STATES, type SessionRecord } from '../../../src/store';
import type { CliProcess, StartedCli } from '../../cli/process';
import { type Page, pageMaker, presetsOf } from './pages';
import { type PaidService, type WatchedServices, watchedServices } from './watched-services';

export const PATIENCE = { timeout: 25_000, interval: 20 };

export interface CrashStage extends WatchedServices {
  readonly environment: Readonly<Record<string, string>>;
  readonly storeFile: string;
  readonly page: ReturnType<typeof pageMaker>;
  /** Lengths, in seconds, of the sessions that stand open at the services: see {@link Page}. */
  standing(): number[];
}

/** Longer than a start takes on a machine that is busy with much else: pages outlive it. */
export const SILENCE_MS = 8_000;

const TIMES = {
  AVATARWIRE_BEAT_MS: '500',
  AVATARWIRE_SILENCE_MS: String(SILENCE_MS),
  AVATARWIRE_OPEN_MS: '3000',
  AVATARWIRE_INTENT_MS: '3500',
  AVATARWIRE_CLOSE_MS: '1000',
  AVATARWIRE_SWEEP_EVERY_MS: '100',
};

const MANY = {
  AVATARWIRE_SESSIONS_PER_CALLER: '1000',
  AVATARWIRE_SESSIONS_IN_ALL: '1000',
  AVATARWIRE_OPENS_PER_MINUTE: '1000',
  AVATARWIRE_URGENT_CALLS_PER_MINUTE: '100000',
  AVATARWIRE_SECONDS_PER_CALLER_AND_DAY: '10000000',
};

export async function crashStage(services: readonly PaidService[] = ['akool', 'a2e']): Promise<CrashStage> {
  const watched = await watchedServices();
  const { mock } = watched;
  const folder = await mkdtemp(join(tmpdir(), 'avatarwire-broker-crash-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const storeFile = join(folder, 'store.sqlite');
  return {
    mock,
    urlOf: watched.urlOf,
    closes: watched.closes,
    get mostAtOnce() {
      return watched.mostAtOnce;
    },
    storeFile,
    environment: {
      ...TIMES,
      ...MANY,
      AVATARWIRE_STORE: storeFile,
      AVATARWIRE_PRESETS: presetsOf(services),
      ...(services.includes('akool') && {
        AKOOL_API_KEY: mock.keys.akool.apiKey,
        AKOOL_BASE_URL: watched.urlOf('akool'),
      }),
      ...(services.includes('a2e') && { A2E_API_KEY: mock.keys.a2e, A2E_BASE_URL: watched.urlOf('a2e') }),
    },
    page: pageMaker(),
    standing: () =>
      [mock.akool, mock.a2e]
        .flatMap(({ sessions }) => sessions.filter(({ ended }) => ended === undefined))
        .map(({ durationSeconds }) => durationSeconds)
        .sort((a, b) => a - b),
  };
}

export function lengthsOf(pages: readonly Page[]): number[] {
  return pages.map(({ durationSeconds }) => durationSeconds).sort((a, b) => a - b);
}

export function lengthsIn(records: readonly SessionRecord[]): number[] {
  return records.map(({ reservedMs }) => reservedMs / 1_000).sort((a, b) => a - b);
}

export async function openAll(pages: readonly Page[]): Promise<void> {
  const statuses = await Promise.all(pages.map((page) => page.open()));
  expect(statuses).toEqual(pages.map(() => 201));
}

export async function killed({ child, ended }: CliProcess): Promise<void> {
  child.kill('SIGKILL');
  expect(await ended).toMatchObject({ signal: 'SIGKILL' });
}

export async function terminated({ child, ended }: CliProcess): Promise<void> {
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 0, err: '' });
}

/** Ids of the intents that it has complained of. */
export function complaints({ lines }: CliProcess): unknown[] {
  return lines()
    .filter(({ msg }) => String(msg).startsWith('a session may stand open at its service'))
    .map(({ id }) => id);
}

/** A figure of its metrics; 0 where there is none. */
export async function figure({ metricsUrl }: StartedCli, series: string): Promise<number> {
  const page = await (await fetch(metricsUrl)).text();
  const line = page.split('\n').find((each) => each.startsWith(`avatarwire_broker_${series} `));
  return Number(line?.split(' ').at(-1) ?? 0);
}

/** What is in a store that no process uses now. */
export async function liveIn(store: BrokerStore): Promise<readonly SessionRecord[]> {
  try {
    return await store.list(LIVE_STATES, 1_000);
  } finally {
    await store.close();
  }
}

export function liveInFile({ storeFile }: CrashStage): Promise<readonly SessionRecord[]> {
  return liveIn(sqliteStore({ file: storeFile }));
}

export function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, PATIENCE);
}

/** How long things took, for who wants to know: `CRASH_FIGURES=1`. */
export function report(text: string): void {
  if (process.env['CRASH_FIGURES']) process.stdout.write(`${text}\n`);
}
