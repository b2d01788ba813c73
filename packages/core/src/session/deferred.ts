/** A promise to settle from outside. Left unawaited, its rejection is nobody's unhandled one. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

export function createDeferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}

/** A rejection that needs no listener. */
export function rejected(reason: unknown): Promise<never> {
  const { promise, reject } = createDeferred<never>();
  reject(reason);
  return promise;
}
