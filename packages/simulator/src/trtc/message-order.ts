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
  const waiting = new Map<number, { readonly message: M; readonly cancel: () => void }>();
  let last: number | undefined;

  /** Without a time for as long as another message keeps it waiting. */
  function wait(message: M, ms?: number): void {
    const cancel = ms === undefined ? () => {} : clock.schedule(goOn, ms);
    waiting.set(message.seq, { message, cancel });
  }

  /** Delivers the lowest that waits, whatever is missing before it, and what follows it without a gap. */
  function goOn(): void {
    const lowest = waiting.get(Math.min(...waiting.keys()));
    if (lowest) pass(lowest.message);
  }

  function pass(message: M): void {
    for (let next: M | undefined = message; next; next = waiting.get(next.seq + 1)?.message) {
      waiting.get(next.seq)?.cancel();
      waiting.delete(next.seq);
      last = next.seq;
      deliver(next);
    }
  }

  function stop(): void {
    for (const { cancel } of waiting.values()) cancel();
    waiting.clear();
  }

  return {
    arrive(message) {
      const { seq } = message;
      if (waiting.has(seq)) return;
      if (last === undefined) wait(message, waiting.size === 0 ? FIRST_MS : undefined);
      else if (Math.abs(last - seq) > FAR) {
        stop();
        pass(message);
      } else if (seq === last + 1) pass(message);
      else if (seq > last) wait(message, GAP_MS);
    },
    stop,
  };
}
