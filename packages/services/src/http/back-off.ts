import type { Clock } from '@avatarwire/core';

export const ATTEMPTS = 3;
const FIRST_MS = 500;
const LONGEST_MS = 8_000;

/** Full jitter: anything from nothing to a bound that doubles. Never sooner than the service asks. */
export function backOffMs(attempt: number, random: () => number, retryAfterMs = 0): number {
  return Math.max(retryAfterMs, random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1)));
}

/** Whether what the service asks for is worth waiting within one call. */
export function worthWaiting(retryAfterMs = 0): boolean {
  return retryAfterMs <= LONGEST_MS;
}

/** @throws `signal.reason` after an abort */
export function pause(clock: Clock, ms: number, signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      cancel();
      for (const signal of signals) signal.removeEventListener('abort', aborted);
      settle();
    };
    const aborted = (event: Event) => end(() => reject((event.target as AbortSignal).reason));
    const cancel = clock.schedule(() => end(resolve), ms);
    for (const signal of signals) signal.addEventListener('abort', aborted, { once: true });
    const already = signals.find((signal) => signal.aborted);
    if (already) end(() => reject(already.reason));
    else if (ms <= 0) end(resolve);
  });
}
