import type { Clock } from '@avatarwire/core';

export interface ManualClock extends Clock {
  /** Runs what is due, in order, then stands `ms` later. */
  advance(ms: number): void;
  /** Timers that were neither run nor cancelled. */
  readonly pending: number;
}

export function createManualClock(): ManualClock {
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  let now = 0;
  return {
    now: () => now,
    wallNow: () => now,
    schedule(callback, delayMs) {
      const timer = { at: now + delayMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const next = [...timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
        if (!next) break;
        timers.delete(next);
        now = next.at;
        next.callback();
      }
      now = end;
    },
    get pending() {
      return timers.size;
    },
  };
}
