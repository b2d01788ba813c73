/**
 * Sessions that arrive at a fixed rate, whether or not those before them were answered. Latencies are counted from the
 * moment when a request was due, so that a server that stands still is charged with everybody who waits for it.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { latencyOf } from './latencies';
import type { Outcome, Plan, Step } from './messages';
import type { Target } from './targets';

/** From the arrival of a session. */
const BEAT_AFTER_MS = 500;
const CLOSE_AFTER_MS = 1_000;
const TICK_MS = 1;
/** Sessions under way, as seconds of their arrival: far more than their lives last. */
const MOST_SECONDS_UNDER_WAY = 5;
const MOST_EXAMPLES = 5;

export async function generate(
  target: Target,
  { perSecond, seconds, boundMs }: Pick<Plan, 'perSecond' | 'seconds' | 'boundMs'>,
): Promise<Outcome> {
  const times: Record<Step, number[]> = { create: [], beat: [], close: [] };
  const late: Record<Step, number> = { create: 0, beat: 0, close: 0 };
  const examples = new Set<string>();
  const underWay = new Set<Promise<void>>();
  const total = Math.round(perSecond * seconds);
  const mostUnderWay = perSecond * MOST_SECONDS_UNDER_WAY;
  let errors = 0;
  let gaveUp = false;
  let latestStartMs = 0;

  async function timed<T>(step: Step, dueAt: number, work: () => Promise<T>): Promise<T> {
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) await delay(waitMs);
    const result = await work();
    const ms = performance.now() - dueAt;
    times[step].push(ms);
    if (ms > boundMs) late[step] += 1;
    return result;
  }

  async function live(number: number, arrivedAt: number): Promise<void> {
    latestStartMs = Math.max(latestStartMs, performance.now() - arrivedAt);
    const session = await timed('create', arrivedAt, () => target.open(number));
    // What comes later than planned because the create was late is due when that is answered.
    const due = (afterMs: number) => Math.max(arrivedAt + afterMs, performance.now());
    try {
      await timed('beat', due(BEAT_AFTER_MS), session.beat);
    } finally {
      await timed('close', due(CLOSE_AFTER_MS), session.close);
    }
  }

  function begin(number: number, arrivedAt: number): void {
    const lived = live(number, arrivedAt)
      .catch((error: unknown) => {
        errors += 1;
        if (examples.size < MOST_EXAMPLES) examples.add(String(error));
      })
      .finally(() => underWay.delete(lived));
    underWay.add(lived);
  }

  const startedAt = performance.now();
  for (let number = 0; number < total && !gaveUp; await delay(TICK_MS)) {
    while (number < total && startedAt + (number * 1_000) / perSecond <= performance.now()) {
      begin(number, startedAt + (number * 1_000) / perSecond);
      number += 1;
    }
    gaveUp = errors > 0 || underWay.size > mostUnderWay || Math.max(...Object.values(late)) > total / 100;
  }
  while (underWay.size > 0) await Promise.all(underWay);
  return {
    latency: {
      create: latencyOf(times.create),
      beat: latencyOf(times.beat),
      close: latencyOf(times.close),
    },
    errors,
    examples: [...examples],
    gaveUp,
    seconds: (performance.now() - startedAt) / 1_000,
    latestStartMs,
  };
}
