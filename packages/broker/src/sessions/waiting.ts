/** Waiting for somebody who may never answer. */

import type { Clock } from '@avatarwire/core';

export interface Deadline<T> {
  readonly ms: number;
  /** What it rejects with then, and what its signal is aborted with. */
  readonly reason: unknown;
  /** Is asked to hurry by the signal; need not listen. */
  readonly work: (signal: AbortSignal) => Promise<T>;
  /** Receives what comes of `work` all the same. */
  readonly tooLate?: (value: T) => void;
}

/** What `work` comes to, if it does so in time. */
export function withDeadline<T>(
  clock: Clock,
  { ms, reason, work, tooLate = () => {} }: Deadline<T>,
): Promise<T> {
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    let over = false;
    const cancel = clock.schedule(() => {
      over = true;
      reject(reason);
      controller.abort(reason);
    }, ms);
    work(controller.signal).then(
      (value) => {
        cancel();
        if (over) tooLate(value);
        else resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error);
      },
    );
  });
}

/** What `promise` comes to within `ms`; undefined when it takes longer. It goes on either way. */
export function withinMs<T>(clock: Clock, ms: number, promise: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = clock.schedule(() => resolve(undefined), ms);
    promise.finally(cancel).then(resolve, reject);
  });
}
