import type { Clock } from '@avatarwire/core';

export interface ManualClock extends Clock {
  /** Moves time on, timer by timer, and lets promises settle in between. */
  advance(ms: number): Promise<void>;
  /** Timers that wait. */
  readonly pending: number;
}

export function createManualClock(): ManualClock {
  let now = 0;
  const timers = new Set<{ readonly at: number; readonly call: () => void }>();

  return {
    now: () => now,
    wallNow: () => now,
    schedule(call, delayMs) {
      const timer = { at: now + delayMs, call };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    get pending() {
      return timers.size;
    },
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
        if (next === undefined) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.call();
        await settle();
      }
      now = end;
      await settle();
    },
  };
}

/** Lets every promise that can settle do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
