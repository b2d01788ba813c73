import { AvatarError, type Clock, type RatePolicy } from '@avatarwire/core';

/** Lets the avatar's own packets go no faster than its network allows. */
export interface Pace {
  /**
   * Resolves when a packet of this size may be handed over, and counts it. One at a time, in the order of calls;
   * rejects `not-connected` after `close()`.
   */
  turn(bytes: number): Promise<void>;
  /** The connection is away: nobody's turn comes. */
  hold(): void;
  /** It is back, and with it may come what was handed over in the second before: that counts from now. */
  release(): void;
  close(): void;
}

/** A second, and the coarseness of clocks. */
const WINDOW_MS = 1_010;

export function createPace(
  { packetsPerSecond, bytesPerSecond }: Pick<RatePolicy, 'packetsPerSecond' | 'bytesPerSecond'>,
  clock: Clock,
): Pace {
  let log: { readonly at: number; readonly bytes: number }[] = [];
  let line: Promise<void> = Promise.resolve();
  let held = false;
  let closed = false;
  let wake = () => {};

  /** Until enough of the last second is over that `bytes` more fit. */
  function waitMs(bytes: number): number {
    if (held) return Infinity;
    const now = clock.now();
    forgetOlderThan(now - WINDOW_MS);
    let packets = log.length + 1;
    let sum = log.reduce((total, entry) => total + entry.bytes, bytes);
    let ms = 0;
    for (const entry of log) {
      if (packets <= packetsPerSecond && sum <= bytesPerSecond) break;
      packets -= 1;
      sum -= entry.bytes;
      ms = entry.at + WINDOW_MS - now;
    }
    return ms;
  }

  function forgetOlderThan(time: number): void {
    while (log[0] !== undefined && log[0].at <= time) log.shift();
  }

  function wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = ms === Infinity ? () => {} : clock.schedule(resolve, ms);
      wake = () => {
        cancel();
        resolve();
      };
    });
  }

  async function take(bytes: number): Promise<void> {
    for (let ms = waitMs(bytes); ms > 0 && !closed; ms = waitMs(bytes)) await wait(ms);
    if (closed) throw new AvatarError('not-connected', 'The avatar has left.');
    log.push({ at: clock.now(), bytes });
  }

  return {
    turn(bytes) {
      const taken = line.then(() => take(bytes));
      line = taken.catch(() => {});
      return taken;
    },
    hold() {
      if (held) return;
      held = true;
      forgetOlderThan(clock.now() - WINDOW_MS);
    },
    release() {
      if (!held) return;
      held = false;
      const at = clock.now();
      log = log.map(({ bytes }) => ({ at, bytes }));
      wake();
    },
    close() {
      closed = true;
      wake();
    },
  };
}
