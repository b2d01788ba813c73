/** Time that stands still until a test moves it. */

import type { Clock } from '@avatarwire/core';

export interface VirtualClock extends Clock {
  /**
   * Moves on by `ms`, calling what is due in the order of its time. Between two calls everything that promises set off
   * is done, so code under test sees time pass as it would in life.
   */
  advance(ms: number): Promise<void>;
  /**
   * Moves on, as far as need be, until `promise` settles; returns what it resolves to, or rejects as it does.
   *
   * @throws Error when nothing is scheduled and it still has not settled, or after `limitMs` (an hour) of this clock
   */
  run<T>(promise: Promise<T>, limitMs?: number): Promise<T>;
  /** The machine's clock is set: `wallNow` jumps, `now` and everything scheduled stay. */
  wallStep(ms: number): void;
  /** How much is scheduled. Zero when everything has cleared up after itself. */
  readonly scheduled: number;
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

const HOUR_MS = 3_600_000;
/** 2026-01-01, so that a date in a failing test is seen to be made up. */
const DEFAULT_WALL = 1_767_225_600_000;
/**
 * What is under way without any timer of ours, a digest or a file, gets this many turns and this much real time before
 * it counts as stuck.
 */
const PATIENT_TURNS = 200;
const PATIENT_MS = 1_000;

// Taken when this module loads: a test runner's fake timers must not stop this clock as well.
const nextTurn: () => Promise<void> = pickNextTurn();
const realNow = performance.now.bind(performance);

/** @param wall milliseconds since 1970 at the beginning */
export function createVirtualClock(wall: number = DEFAULT_WALL): VirtualClock {
  const timers = new Set<Timer>();
  let now = 0;
  let wallOffset = wall;

  function nextDue(limit: number): Timer | undefined {
    let next: Timer | undefined;
    // A set keeps the order of insertion, so that of two timers due at once the older goes first.
    for (const timer of timers)
      if (timer.at <= limit && (next === undefined || timer.at < next.at)) next = timer;
    return next;
  }

  /** Calls the next timer that is due by `limit`; false when there is none. */
  function step(limit: number): boolean {
    const timer = nextDue(limit);
    if (!timer) return false;
    timers.delete(timer);
    now = Math.max(now, timer.at);
    timer.callback();
    return true;
  }

  return {
    now: () => now,
    wallNow: () => now + wallOffset,
    schedule(callback, delayMs) {
      const timer = { at: now + Math.max(0, Number.isFinite(delayMs) ? delayMs : 0), callback };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    async advance(ms) {
      const target = now + Math.max(0, ms);
      do await nextTurn();
      while (step(target));
      now = Math.max(now, target);
    },
    async run(promise, limitMs = HOUR_MS) {
      let settled = false;
      const mark = () => {
        settled = true;
      };
      promise.then(mark, mark);
      const limit = now + limitMs;
      let idleTurns = 0;
      let idleSince = realNow();
      while (idleTurns < PATIENT_TURNS || realNow() - idleSince < PATIENT_MS) {
        await nextTurn();
        if (settled) return promise;
        idleTurns++;
        if (!step(limit)) continue;
        idleTurns = 0;
        idleSince = realNow();
      }
      throw new Error(
        timers.size === 0
          ? 'The promise has not settled and nothing is scheduled that could settle it.'
          : `The promise has not settled within ${limitMs} ms of the virtual clock.`,
      );
    },
    wallStep(ms) {
      wallOffset += ms;
    },
    get scheduled() {
      return timers.size;
    },
  };
}

/** A turn of the event loop: when it comes round, every microtask has run. */
function pickNextTurn(): () => Promise<void> {
  const { setImmediate: immediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };
  if (immediate) return () => new Promise((resolve) => void immediate(resolve));
  // Browsers stretch nested time-outs to 4 ms and more; a message does not wait.
  return () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(undefined);
    });
}
