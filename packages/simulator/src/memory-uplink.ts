/** The client's send buffer: it drains at the uplink's pace, and a send waits until little stands before the next. */

import type { Clock } from '@avatarwire/core';
import type { NetworkConditions } from './memory-link';

interface UplinkOptions {
  readonly clock: Clock;
  conditions(): NetworkConditions;
  /** A packet has left the buffer. */
  depart(data: Uint8Array<ArrayBuffer>): void;
}

export interface Uplink {
  readonly buffered: number;
  /** Resolves when at most `LOW_MARK_BYTES` are buffered. */
  push(data: Uint8Array<ArrayBuffer>): Promise<void>;
  /** The pace has changed. */
  pump(): void;
  /** What waits is dropped; every send still open resolves, for its packet was taken. */
  stop(): void;
}

/** A send resolves at or below this, in bytes: as much as one packet of plain WebRTC. */
export const LOW_MARK_BYTES = 16_384;

export function createUplink({ clock, conditions, depart }: UplinkOptions): Uplink {
  const queue: Uint8Array<ArrayBuffer>[] = [];
  let waiting: (() => void)[] = [];
  let buffered = 0;
  let cancelDrain: (() => void) | undefined;

  function pump(): void {
    cancelDrain?.();
    cancelDrain = undefined;
    const rate = conditions().uplinkBytesPerSecond;
    while (rate === Infinity && queue.length > 0) release();
    const [first] = queue;
    if (first && rate > 0) {
      cancelDrain = clock.schedule(
        () => {
          release();
          pump();
        },
        (first.length / rate) * 1_000,
      );
    }
    settle();
  }

  function settle(): void {
    if (buffered > LOW_MARK_BYTES) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  }

  function release(): void {
    const data = queue.shift();
    if (!data) return;
    buffered -= data.length;
    depart(data);
  }

  return {
    get buffered() {
      return buffered;
    },
    push(data) {
      queue.push(data);
      buffered += data.length;
      const below = new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
      // A drain that is under way goes on; starting it again for each packet would never let it finish.
      if (cancelDrain) settle();
      else pump();
      return below;
    },
    pump,
    stop() {
      cancelDrain?.();
      cancelDrain = undefined;
      queue.length = 0;
      buffered = 0;
      for (const resolve of waiting) resolve();
      waiting = [];
    },
  };
}
