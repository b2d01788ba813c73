/** Data channels die in silence: something was said, and nothing at all comes back. */

import type { Clock } from '../clock';

export interface Liveness {
  handedOver(): void;
  heard(): void;
  stop(): void;
}

export function watchLiveness(clock: Clock, unresponsiveMs: number, onSilence: () => void): Liveness {
  /** When the first packet was handed over that nothing has followed. */
  let unansweredSince: number | undefined;
  let cancelLook: (() => void) | undefined;

  /** One timer looks now and then: setting and cancelling one for every packet would cost more than the packet. */
  function lookIn(ms: number): void {
    cancelLook = clock.schedule(() => {
      cancelLook = undefined;
      if (unansweredSince === undefined) return;
      const silentMs = clock.now() - unansweredSince;
      if (silentMs < unresponsiveMs) return lookIn(unresponsiveMs - silentMs);
      unansweredSince = undefined;
      onSilence();
    }, ms);
  }

  return {
    handedOver() {
      unansweredSince ??= clock.now();
      if (!cancelLook) lookIn(unresponsiveMs);
    },
    heard() {
      unansweredSince = undefined;
    },
    stop() {
      unansweredSince = undefined;
      cancelLook?.();
      cancelLook = undefined;
    },
  };
}
