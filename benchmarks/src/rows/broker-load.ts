/**
 * Sessions opened, beaten and closed through the broker at a fixed rate: the highest that holds. Everything is a process
 * of its own: the command with its real store, the mock service, and the load.
 */

import { join } from 'node:path';
import { redisStore } from '@avatarwire/broker/redis';
import { sqliteStore } from '@avatarwire/broker/sqlite';
import { findRedisServer, startRedisServer } from '@avatarwire/tooling/redis-server';
import { BOUND_MS, type Held, measure, type Times } from '../broker-load/measure';
import type { Latency, Look } from '../broker-load/messages';
import { cpuSecondsOf } from '../broker-load/programs';
import { startStage } from '../broker-load/stage';
import type { Result, Row } from '../report';

const KEPT_SECONDS = 60;
/** Fewer are for a look, while the machine is busy with other things. */
const seconds = Number(process.env['AVATARWIRE_BENCH_SECONDS'] ?? KEPT_SECONDS);
const TIMES: Times = { stepSeconds: Math.min(3, seconds), holdSeconds: seconds };
const BARE_TIMES: Times = { stepSeconds: TIMES.stepSeconds, holdSeconds: Math.min(10, seconds) };
const FLAT_BYTES = 3_000_000;
const TARGET = `no error, p99 ≤ ${BOUND_MS} ms`;

type Tally = Readonly<Record<string, number>>;

export const brokerLoad: Row = {
  name: 'broker-load',
  alone: true,
  draft: seconds < KEPT_SECONDS,
  async run() {
    const bare = await throughNothing();
    const sqlite = await throughSqlite();
    const redis = findRedisServer() ? await throughRedis() : undefined;
    return [
      {
        what: `straight to the mock, create and close, held for ${BARE_TIMES.holdSeconds} s`,
        target: TARGET,
        value: rateOf(bare),
        comparison: `create ${shown(bare.outcome.latency.create)}; processor: ${cpuOf(bare)}`,
        pass: bare.holds,
      },
      ...resultsOf('one broker, SQLite file', sqlite, bare),
      ...(redis ? resultsOf('two brokers, one Redis', redis, bare) : [withoutRedis]),
    ];
  },
};

const withoutRedis: Result = {
  what: 'two brokers, one Redis',
  target: TARGET,
  value: 'not measured: it needs a redis-server (`pnpm test` gets one)',
  comparison: '–',
};

interface Loaded extends Held {
  readonly tally: Tally;
  /** Of the brokers, once they were asked to end. */
  readonly exitCodes: readonly (number | null)[];
}

async function throughNothing(): Promise<Held> {
  const stage = await startStage({ brokers: 0 });
  try {
    return await measure(stage, BARE_TIMES);
  } finally {
    await stage.end();
  }
}

async function throughSqlite(): Promise<Loaded> {
  const fileIn = (folder: string) => join(folder, 'broker.sqlite');
  const stage = await startStage({
    brokers: 1,
    settings: (folder) => ({ AVATARWIRE_STORE: fileIn(folder) }),
  });
  try {
    const held = await measure(stage, TIMES);
    const exitCodes = await stage.endBrokers();
    return { ...held, exitCodes, tally: await tallyOf(sqliteStore({ file: fileIn(stage.folder) })) };
  } finally {
    await stage.end();
  }
}

async function throughRedis(): Promise<Loaded> {
  const server = await startRedisServer();
  try {
    const stage = await startStage({ brokers: 2, settings: () => ({ AVATARWIRE_REDIS_URL: server.url }) });
    try {
      const held = await measure(stage, TIMES, { Redis: () => cpuSecondsOf(server.pid) });
      const exitCodes = await stage.endBrokers();
      return { ...held, exitCodes, tally: await tallyOf(redisStore({ url: server.url })) };
    } finally {
      await stage.end();
    }
  } finally {
    await server.stop();
  }
}

async function tallyOf(store: { tally(): Promise<Tally>; close(): Promise<void> }): Promise<Tally> {
  try {
    return await store.tally();
  } finally {
    await store.close();
  }
}

function resultsOf(where: string, loaded: Loaded, bare: Held): Result[] {
  const { outcome, before, after, tally, account, exitCodes } = loaded;
  const { create, beat, close } = outcome.latency;
  const [heapBefore, heapAfter] = [sum(before, 'heapBytes'), sum(after, 'heapBytes')];
  const grown = heapAfter - heapBefore;
  const [handlesBefore, handlesAfter] = [before.map(handlesOf).join('; '), after.map(handlesOf).join('; ')];
  const live = ['opening', 'open', 'closing', 'unresolved'].reduce(
    (all, state) => all + (tally[state] ?? 0),
    0,
  );
  return [
    {
      what: `${where}: create, beat and close, held for ${TIMES.holdSeconds} s`,
      target: TARGET,
      value: rateOf(loaded),
      comparison: `${(loaded.perSecond / bare.perSecond).toFixed(2)}× of the bare mock's; steps: ${loaded.steps.join(', ')}`,
      pass: loaded.holds,
    },
    {
      what: `${where}: from when it was due to its answer`,
      target: `p99 ≤ ${BOUND_MS} ms`,
      value: `create ${shown(create)}; beat ${shown(beat)}; close ${shown(close)}`,
      comparison: `bare mock: create ${shown(bare.outcome.latency.create)}; close ${shown(bare.outcome.latency.close)}`,
      pass: [create, beat, close].every(({ p99 }) => p99 <= BOUND_MS),
    },
    {
      what: `${where}: share of a processor meanwhile`,
      target: '–',
      value: cpuOf(loaded),
      comparison: `bare mock: ${cpuOf(bare)}`,
    },
    {
      what: `${where}: heap in use after collection, before and after the hold`,
      target: `grows by less than ${FLAT_BYTES / 1e6} MB`,
      value: `${mb(heapBefore)} → ${mb(heapAfter)}`,
      comparison: `resident ${mb(sum(before, 'residentBytes'))} → ${mb(sum(after, 'residentBytes'))}`,
      pass: grown < FLAT_BYTES,
    },
    {
      what: `${where}: open handles, before and after the hold`,
      target: 'the same',
      value: handlesAfter === handlesBefore ? 'the same' : `${handlesBefore} → ${handlesAfter}`,
      comparison: handlesAfter,
      pass: handlesAfter === handlesBefore,
    },
    {
      what: `${where}: what is left open`,
      target: '0 live rows, 0 at the service, every broker ends by itself',
      value: `${live} live rows, ${account.open} at the service, exit codes ${exitCodes.join(' and ')}`,
      comparison: `rows: ${Object.entries(tally)
        .map(([state, count]) => `${count.toLocaleString('en')} ${state}`)
        .join(', ')}; ${account.opened.toLocaleString('en')} opened`,
      pass: live === 0 && account.open === 0 && exitCodes.every((code) => code === 0),
    },
  ];
}

function rateOf({ perSecond, outcome: { errors, examples, gaveUp } }: Held): string {
  const failures = errors === 0 ? 'no error' : `${errors} errors: ${examples.join(' / ').slice(0, 300)}`;
  return `${perSecond} sessions a second, ${failures}${gaveUp ? ', given up' : ''}`;
}

function cpuOf({ cpu }: Held): string {
  return Object.entries(cpu)
    .map(([name, share]) => `${name} ${share === undefined ? '–' : `${Math.round(share * 100)} %`}`)
    .join(', ');
}

const shown = ({ p50, p99, max }: Latency) => `${p50.toFixed(1)} / ${p99.toFixed(1)} / ${max.toFixed(1)} ms`;
const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

function sum(looks: readonly Look[], field: 'heapBytes' | 'residentBytes'): number {
  return looks.reduce((all, look) => all + look[field], 0);
}

function handlesOf({ resources }: Look): string {
  return Object.entries(resources)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}
