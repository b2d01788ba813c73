/** What was wholly handed over since the avatar was last heard: a lost connection puts it in doubt. */

import type { AvatarMode } from '../protocol/messages';
import type { Message } from './session-types';

/** Remembered at least; at most twice as many. */
const MAX_UNCONFIRMED = 1_000;

export interface Finished {
  readonly message: Message;
  readonly mode: AvatarMode | undefined;
  readonly lastHandOverAt: number;
  /** It was taken back, so it is not said again. */
  isOver: boolean;
}

export interface Unconfirmed {
  add(finished: Finished): void;
  interrupt(): void;
  /** Nothing is in doubt any more. */
  heard(): void;
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
    heard() {
      all = [];
    },
    takeSince(since) {
      const taken = all.filter(({ lastHandOverAt }) => lastHandOverAt > since);
      all = [];
      return taken;
    },
  };
}
