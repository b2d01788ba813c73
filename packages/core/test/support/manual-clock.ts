/** A clock that a test moves, letting promises settle between timers. */

import type { Clock } from '../../src/clock';

export interface ManualClock extends Clock {
  advance(ms: number): Promise<void>;
  /** The machine's clock is set; time itself goes on. */
  stepWall(ms: number): void;
  readonly pendingTimers: number;
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

export function createManualClock(): ManualClock {
  let now = 1_000;
  let wallOffset = 1_700_000_000_000;
  let nextId = 0;
  const timers = new Map<number, { at: number; callback: () => void }>();

  function due(until: number): [number, { at: number; callback: () => void }] | undefined {
    return [...timers]
      .filter(([, { at }]) => at <= until)
      .sort(([a, one], [b, other]) => one.at - other.at || a - b)[0];
  }

  return {
    now: () => now,
    wallNow: () => now + wallOffset,
    schedule(callback, delayMs) {
      const id = nextId++;
      timers.set(id, { at: now + Math.max(0, delayMs), callback });
      return () => timers.delete(id);
    },
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (let next = due(until); next; next = due(until)) {
        const [id, { at, callback }] = next;
        timers.delete(id);
        now = Math.max(now, at);
        callback();
        await settle();
      }
      now = until;
    },
    stepWall(ms) {
      wallOffset += ms;
    },
    get pendingTimers() {
      return timers.size;
    },
  };
}
