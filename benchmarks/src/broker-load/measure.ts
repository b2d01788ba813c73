/** The highest rate that holds, found by short steps and proved by a long one. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Account, Look, Outcome, Plan } from './messages';
import type { Stage } from './stage';

export const BOUND_MS = 100;

export interface Times {
  readonly stepSeconds: number;
  readonly holdSeconds: number;
}

/** A short step tells little of garbage, and of what is written to the disk now and then. */
const HOLD_SHARE = 0.8;
const HOLD_TRIES = 3;
const FIRST_RATE = 50;
const BISECTIONS = 3;
/**
 * Until a connection that nobody uses any more is let go of by either side, and timers are gone: Redis's client keeps one
 * for each command until it would have run out, answered or not (3 s).
 */
const SETTLE_MS = 4_000;
const LOOKS = 4;
const LOOK_EVERY_MS = 1_000;

export interface Held {
  readonly perSecond: number;
  readonly outcome: Outcome;
  readonly holds: boolean;
  /** Rates that were held no longer than a step, and whether they were. */
  readonly steps: readonly string[];
  /** Share of one processor that each process had while the rate was held. Undefined where nobody tells. */
  readonly cpu: Readonly<Record<string, number | undefined>>;
  /** Of each broker. */
  readonly before: readonly Look[];
  readonly after: readonly Look[];
  readonly account: Account;
}

export function holds({ errors, gaveUp, latency }: Outcome): boolean {
  const late = Object.values(latency).some(({ count, p99 }) => count > 0 && p99 > BOUND_MS);
  return errors === 0 && !gaveUp && !late;
}

/** @param others processes beside those of the stage, by name: what processor time they have had, in seconds */
export async function measure(
  stage: Stage,
  { stepSeconds, holdSeconds }: Times,
  others: Readonly<Record<string, () => number | undefined>> = {},
): Promise<Held> {
  const steps: string[] = [];
  const run = (perSecond: number, seconds: number) =>
    stage.generator.ask<Outcome>({ to: stage.to, perSecond, seconds, boundMs: BOUND_MS } satisfies Plan);

  async function step(perSecond: number): Promise<boolean> {
    const outcome = await run(perSecond, stepSeconds);
    const held = holds(outcome);
    steps.push(`${perSecond} ${held ? 'held' : 'not'}`);
    return held;
  }

  // Nothing is compiled yet: the first answers tell of that, and are not looked at.
  const warmUp = { to: stage.to, perSecond: FIRST_RATE, seconds: stepSeconds, boundMs: Number.MAX_VALUE };
  await stage.generator.ask<Outcome>(warmUp satisfies Plan);
  let perSecond = Math.round((await highest(step)) * HOLD_SHARE);

  for (let tries = 1; ; tries++) {
    const before = await looks(stage);
    const watched = cpuWatch(stage, others);
    const outcome = await run(perSecond, holdSeconds);
    const cpu = watched(outcome.seconds);
    const held = holds(outcome);
    if (!held && tries < HOLD_TRIES) {
      steps.push(`${perSecond} not for ${holdSeconds} s`);
      perSecond = Math.round(perSecond * HOLD_SHARE);
      continue;
    }
    const after = await looks(stage);
    const account = await stage.mock.ask<Account>('account');
    return { perSecond, outcome, holds: held, steps, cpu, before, after, account };
  }
}

async function highest(step: (perSecond: number) => Promise<boolean>): Promise<number> {
  let low = 0;
  let high = FIRST_RATE;
  while (await step(high)) {
    low = high;
    high *= 2;
  }
  if (low === 0) return high / 2;
  for (let times = 0; times < BISECTIONS; times++) {
    const middle = Math.round(Math.sqrt(low * high));
    if (await step(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Of the brokers, once nothing is under way and nobody keeps a connection for later. */
async function looks({ brokers, mock }: Stage): Promise<Look[]> {
  await delay(SETTLE_MS);
  await mock.ask('let-go');
  await delay(SETTLE_MS);
  return Promise.all(brokers.map((broker) => leastOf(broker)));
}

/** One look may meet garbage that a single collection leaves: over 36,000 sessions 29 to 35 MB, and 29 MB at the end. */
async function leastOf({ look }: Stage['brokers'][number]): Promise<Look> {
  let least = await look();
  for (let more = 1; more < LOOKS; more++) {
    await delay(LOOK_EVERY_MS);
    const next = await look();
    if (next.heapBytes < least.heapBytes) least = next;
  }
  return least;
}

function cpuWatch(
  { brokers, mock, generator }: Stage,
  others: Readonly<Record<string, () => number | undefined>>,
): (seconds: number) => Record<string, number | undefined> {
  const sources: Record<string, () => number | undefined> = {
    ...Object.fromEntries(
      brokers.map((broker, number) => [
        brokers.length === 1 ? 'broker' : `broker ${number + 1}`,
        broker.cpuSeconds,
      ]),
    ),
    mock: mock.cpuSeconds,
    generator: generator.cpuSeconds,
    ...others,
  };
  const began = Object.entries(sources).map(([name, read]) => [name, read, read()] as const);
  return (seconds) =>
    Object.fromEntries(
      began.map(([name, read, before]) => {
        const now = read();
        return [name, now === undefined || before === undefined ? undefined : (now - before) / seconds];
      }),
    );
}
