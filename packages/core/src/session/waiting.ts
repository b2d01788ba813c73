/** Waiting with an end to it. */

import type { Clock } from '../clock';

/**
 * `promise`, or `onTimeout()` after `timeoutMs`, or the signal's reason: whatever comes first. What loses the race
 * goes on by itself; take care of what it may still bring.
 */
export function within<T>(
  promise: Promise<T>,
  options: { clock: Clock; timeoutMs?: number; signal?: AbortSignal | undefined; onTimeout?: () => unknown },
): Promise<T> {
  const { clock, timeoutMs, signal, onTimeout } = options;
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => settle(() => reject(signal?.reason));
    const cancel =
      timeoutMs === undefined
        ? undefined
        : clock.schedule(() => settle(() => reject(onTimeout?.())), timeoutMs);
    function settle(how: () => void): void {
      cancel?.();
      signal?.removeEventListener('abort', onAbort);
      how();
    }
    promise.then(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(error)),
    );
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Waits for `promise` at most `timeoutMs`. Returns whether it was fulfilled in time; never rejects. */
export async function atMost(promise: Promise<unknown>, clock: Clock, timeoutMs: number): Promise<boolean> {
  try {
    await within(promise, { clock, timeoutMs });
    return true;
  } catch {
    return false;
  }
}
