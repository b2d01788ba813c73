import { AvatarError, type Clock } from '@avatarwire/core';
import { deferred } from './deferred';

/** One attempt to join, and what ends it before the SDK does. */
export interface Attempt {
  readonly failed: Promise<never>;
  giveUp(reason: unknown): void;
  /** Throws the reason if it was given up. */
  check(): void;
  stop(): void;
}

export function startAttempt(signal: AbortSignal, clock: Clock, timeoutMs: number): Attempt {
  const { promise, reject } = deferred<never>();
  let given: { readonly reason: unknown } | undefined;
  const giveUp = (reason: unknown) => {
    given ??= { reason };
    reject(reason);
  };
  const abort = () => giveUp(signal.reason);
  const cancel = clock.schedule(() => {
    giveUp(
      new AvatarError('connect-timeout', `The room could not be joined within ${timeoutMs} ms.`, {
        provider: 'livekit',
      }),
    );
  }, timeoutMs);
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  return {
    failed: promise,
    giveUp,
    check() {
      if (given !== undefined) throw given.reason;
    },
    stop() {
      cancel();
      signal.removeEventListener('abort', abort);
    },
  };
}
