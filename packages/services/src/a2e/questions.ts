/** One question at a time: A2E's answers carry no id, so that those to two questions cannot be told apart. */

import type { Clock } from '@avatarwire/core';

export interface Questions {
  /** Resolves when no question is open; undefined where none is. */
  free(): Promise<void> | undefined;
  /** A question went out. */
  asked(): void;
  /** Something of the answer came: the wait begins anew. */
  heard(): void;
  /** The question is answered, or was never put. Lets go what waits. */
  closed(): void;
}

/** An answer that goes on for longer holds nothing back any more, whatever still comes of it. */
const LONGEST_ANSWER_MS = 600_000;

export function createQuestions(clock: Clock, replyMs: number): Questions {
  let waiting: (() => void)[] = [];
  let giveUp: (() => void) | undefined;
  let askedAt = 0;

  function wait(): void {
    giveUp?.();
    giveUp = clock.schedule(closed, Math.min(replyMs, askedAt + LONGEST_ANSWER_MS - clock.now()));
  }

  function closed(): void {
    giveUp?.();
    giveUp = undefined;
    const released = waiting;
    waiting = [];
    for (const release of released) release();
  }

  return {
    free: () => (giveUp ? new Promise((resolve) => waiting.push(resolve)) : undefined),
    asked() {
      askedAt = clock.now();
      wait();
    },
    heard() {
      if (giveUp) wait();
    },
    closed,
  };
}
