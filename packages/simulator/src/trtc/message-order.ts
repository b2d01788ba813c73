/** The receiving end: puts messages of one sender and one `cmdId` into their order, as the SDK does by their numbers. */

import type { Clock } from '@avatarwire/core';

export interface Numbered {
  readonly seq: number;
}

/** How long the first message of all waits for one that was sent before it. */
const FIRST_MS = 100;
/** How long the messages behind a gap wait for what is missing, before they go on without it. */
const GAP_MS = 5_000;
/** A number this far off is a sender that began anew. */
const FAR = 300;

export interface MessageOrder<M extends Numbered> {
  arrive(message: M): void;
  stop(): void;
}

/** A number that was passed already is dropped: it arrived twice, or too late. */
export function createMessageOrder<M extends Numbered>(
  clock: Clock,
  deliver: (message: M) => void,
): MessageOrder<M> {
  const waiting = new Map<number, M>();
  const timers = new Set<() => void>();
  let last: number | undefined;

  function later(ms: number): void {
    const cancel = clock.schedule(() => {
      timers.delete(cancel);
      goOn();
    }, ms);
    timers.add(cancel);
  }

  /** Delivers the lowest that waits, whatever is missing before it, and what follows it without a gap. */
  function goOn(): void {
    const lowest = [...waiting.values()].sort((one, other) => one.seq - other.seq)[0];
    if (lowest) pass(lowest);
  }

  function pass(message: M): void {
    for (let next: M | undefined = message; next; next = waiting.get(next.seq + 1)) {
      waiting.delete(next.seq);
      last = next.seq;
      deliver(next);
    }
  }

  return {
    arrive(message) {
      const { seq } = message;
      if (last === undefined) {
        if (waiting.size === 0) later(FIRST_MS);
        waiting.set(seq, message);
      } else if (Math.abs(last - seq) > FAR) {
        waiting.clear();
        pass(message);
      } else if (seq === last + 1) {
        pass(message);
      } else if (seq > last && !waiting.has(seq)) {
        waiting.set(seq, message);
        later(GAP_MS);
      }
    },
    stop() {
      for (const cancel of timers) cancel();
      timers.clear();
      waiting.clear();
    },
  };
}
