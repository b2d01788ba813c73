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

export function createQuestions(clock: Clock, replyMs: number): Questions {
  let waiting: (() => void)[] = [];
  let giveUp: (() => void) | undefined;

  function asked(): void {
    giveUp?.();
    giveUp = clock.schedule(closed, replyMs);
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
    asked,
    heard() {
      if (giveUp) asked();
    },
    closed,
  };
}
