/** Nobody says anything any more: a session that somebody forgot. */

import type { Clock } from '../clock';

export interface IdleWatch {
  /** From here on silence counts. Once is enough. */
  start(idleMs: number): void;
  /** Somebody said something. */
  word(): void;
  stop(): void;
}

/**
 * Longest speech without a word between its signs, in milliseconds: the largest packet of any service, 15,000 letters,
 * is said in 17 minutes. A sign of the end that is still missing then was lost, and nobody pays for ever for that.
 */
const LONGEST_SPEECH_MS = 20 * 60_000;

export interface IdleWatchOptions {
  /** Whether something of ours is on its way: then it is not silent, whatever was heard last. */
  readonly isSending: () => boolean;
  /** Whether the avatar speaks, as far as its signs say. */
  readonly isSpeaking: () => boolean;
  readonly onIdle: () => void;
}

export function watchIdle(clock: Clock, { isSending, isSpeaking, onIdle }: IdleWatchOptions): IdleWatch {
  let lastWordAt = 0;
  let cancel: (() => void) | undefined;

  /** One timer looks now and then: setting and cancelling one for every word would cost more than the word. */
  function lookIn(ms: number, idleMs: number): void {
    cancel = clock.schedule(() => {
      if (isSending()) lastWordAt = clock.now();
      const mostMs = isSpeaking() ? Math.max(idleMs, LONGEST_SPEECH_MS) : idleMs;
      const leftMs = mostMs - (clock.now() - lastWordAt);
      if (leftMs > 0) lookIn(Math.min(leftMs, idleMs), idleMs);
      else onIdle();
    }, ms);
  }

  return {
    start(idleMs) {
      if (cancel || idleMs === Infinity) return;
      lastWordAt = clock.now();
      lookIn(idleMs, idleMs);
    },
    word() {
      lastWordAt = clock.now();
    },
    stop: () => cancel?.(),
  };
}
