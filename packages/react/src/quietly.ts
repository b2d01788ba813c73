/** A rejection reaches whoever awaits the promise, and is no unhandled one where nobody does, as in a click. */
export function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
