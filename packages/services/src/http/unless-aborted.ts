/**
 * What `promise` comes to, or the reason of the first signal to be aborted. Whoever makes the promise may not know of
 * signals; what it gives too late goes to `tooLate`.
 */
export function unlessAborted<T>(
  promise: Promise<T>,
  signals: readonly (AbortSignal | undefined)[],
  tooLate: (value: T) => void = () => {},
): Promise<T> {
  const given = signals.filter((signal) => signal !== undefined);
  return new Promise((resolve, reject) => {
    let over = false;
    const end = (settle: () => void) => {
      over = true;
      for (const signal of given) signal.removeEventListener('abort', aborted);
      settle();
    };
    const aborted = () => end(() => reject(given.find((signal) => signal.aborted)?.reason));
    for (const signal of given) signal.addEventListener('abort', aborted, { once: true });
    if (given.some((signal) => signal.aborted)) aborted();
    promise.then(
      (value) => (over ? tooLate(value) : end(() => resolve(value))),
      (error: unknown) => end(() => reject(error)),
    );
  });
}
