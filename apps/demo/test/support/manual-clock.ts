import type { Clock } from '@avatarwire/core';

export interface ManualClock extends Clock {
  /** Moves on, calling what is due, and lets promises settle. */
  advance(ms: number): Promise<void>;
  /** Timers that wait. */
  pending(): number;
}

export function manualClock(): ManualClock {
  let now = 0;
  const timers = new Set<{ at: number; callback: () => void }>();
  return {
    now: () => now,
    wallNow: () => now,
    schedule(callback, delayMs) {
      const timer = { at: now + delayMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      now += ms;
      for (const timer of [...timers]) {
        if (timer.at > now) continue;
        timers.delete(timer);
        timer.callback();
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
    pending: () => timers.size,
  };
}
