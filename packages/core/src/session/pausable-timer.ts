/** A time-out that stands still while the connection does. */

import type { Clock } from '../clock';

export interface PausableTimer {
  pause(): void;
  resume(): void;
  cancel(): void;
}

export function startPausableTimer(clock: Clock, delayMs: number, onElapsed: () => void): PausableTimer {
  let remainingMs = delayMs;
  let startedAt = 0;
  let cancelScheduled: (() => void) | undefined;

  const timer: PausableTimer = {
    pause() {
      if (!cancelScheduled) return;
      timer.cancel();
      remainingMs -= clock.now() - startedAt;
    },
    resume() {
      if (cancelScheduled) return;
      startedAt = clock.now();
      cancelScheduled = clock.schedule(onElapsed, Math.max(0, remainingMs));
    },
    cancel() {
      cancelScheduled?.();
      cancelScheduled = undefined;
    },
  };
  timer.resume();
  return timer;
}
