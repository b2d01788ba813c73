/** How long messages wait for a connection: one timer, for the one that has waited longest. */

import type { Clock } from '../clock';

export interface Patience {
  /** Something waits, perhaps. */
  watch(): void;
  stop(): void;
}

export interface PatienceOptions<Waiting> {
  readonly clock: Clock;
  readonly longestMs: number;
  /** What may be waiting. */
  readonly all: Iterable<Waiting>;
  /** Undefined for what does not wait. */
  readonly waitingSince: (one: Waiting) => number | undefined;
  /** It has waited too long. It no longer waits after this. */
  readonly onOverdue: (one: Waiting) => void;
}

export function createPatience<Waiting>(options: PatienceOptions<Waiting>): Patience {
  const { clock, longestMs, all, waitingSince, onOverdue } = options;
  let cancel: (() => void) | undefined;

  function watch(): void {
    if (cancel) return;
    const oldest = Math.min(...[...all].map((one) => waitingSince(one) ?? Infinity));
    if (oldest === Infinity) return;
    cancel = clock.schedule(
      () => {
        cancel = undefined;
        for (const one of [...all])
          if (clock.now() - (waitingSince(one) ?? Infinity) >= longestMs) onOverdue(one);
        watch();
      },
      oldest + longestMs - clock.now(),
    );
  }

  return {
    watch,
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}
