/** What was wholly handed over and may still be on its way: a lost connection puts it in doubt. */

import type { AvatarMode } from '../protocol/messages';
import type { Message, SendOptions } from './session-types';

/** Remembered at least; at most twice as many. */
const MAX_UNCONFIRMED = 1_000;

export interface Finished {
  readonly message: Message;
  readonly mode: AvatarMode | undefined;
  readonly options: SendOptions;
  readonly lastHandOverAt: number;
  /** It was taken back, so it is not said again. */
  isOver: boolean;
}

export interface Unconfirmed {
  add(finished: Finished): void;
  interrupt(): void;
  /** What was handed over by then has arrived. */
  arrived(by: number): void;
  /** What was handed over after `since`; the rest is forgotten, too. */
  takeSince(since: number): Finished[];
}

export function createUnconfirmed(): Unconfirmed {
  let all: Finished[] = [];

  return {
    add(finished) {
      all.push(finished);
      if (all.length >= 2 * MAX_UNCONFIRMED) all = all.slice(-MAX_UNCONFIRMED);
    },
    interrupt() {
      for (const finished of all) finished.isOver = true;
    },
    arrived(by) {
      // In the order of hand-over, so that a look at the first is enough for most packets that come.
      if (all[0] && all[0].lastHandOverAt <= by)
        all = all.filter(({ lastHandOverAt }) => lastHandOverAt > by);
    },
    takeSince(since) {
      const taken = all.filter(({ lastHandOverAt }) => lastHandOverAt > since);
      all = [];
      return taken;
    },
  };
}
