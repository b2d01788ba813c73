/** Waiting that ends with a signal, and leaves no timer and no listener behind. */

import type { Clock } from '@avatarwire/core';

/**
 * What `promise` comes to, or the reason of the signal: a `fetch` that was handed in may not know of signals. What
 * comes too late goes to `tooLate`.
 */
export function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  tooLate: (value: T) => void = () => {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    let over = false;
    const aborted = () => {
      over = true;
      reject(signal.reason);
    };
    const settle = (act: () => void) => {
      signal.removeEventListener('abort', aborted);
      act();
    };
    signal.addEventListener('abort', aborted, { once: true });
    if (signal.aborted) aborted();
    promise.then(
      (value) => (over ? tooLate(value) : settle(() => resolve(value))),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}

/** @throws the reason of the signal */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  let cancel = () => {};
  const over = new Promise<void>((resolve) => {
    cancel = clock.schedule(resolve, ms);
  });
  await unlessAborted(over, signal).finally(cancel);
}
