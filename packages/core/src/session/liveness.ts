/** Data channels die in silence: something was said, and nothing at all comes back. */

import type { Clock } from '../clock';

export interface Liveness {
  handedOver(): void;
  heard(): void;
  stop(): void;
}

export function watchLiveness(clock: Clock, unresponsiveMs: number, onSilence: () => void): Liveness {
  let cancel: (() => void) | undefined;

  function stop(): void {
    cancel?.();
    cancel = undefined;
  }

  return {
    handedOver() {
      cancel ??= clock.schedule(() => {
        cancel = undefined;
        onSilence();
      }, unresponsiveMs);
    },
    heard: stop,
    stop,
  };
}
