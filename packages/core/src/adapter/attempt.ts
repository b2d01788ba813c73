import type { Clock } from '../clock';
import { AvatarError } from '../errors';
import { deferred } from './deferred';

/** One attempt to join, and what ends it before the SDK does: a deadline, an abort, a `close()`. */
export interface Attempt {
  /** Rejects when it was given up, and never otherwise. Race the SDK's promises against it. */
  readonly failed: Promise<never>;
  /** Only the first reason counts. */
  giveUp(reason: unknown): void;
  /** Throws the reason if it was given up: to be called after each race, which it may have lost by one turn. */
  check(): void;
  /** Takes the timer and the listener away. */
  stop(): void;
}

export interface AttemptOptions {
  readonly provider: string;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** A better word for the end of the time, `connect-timeout` as well. */
  readonly timedOut?: () => AvatarError;
  /** Called once, in the turn in which it is given up. */
  readonly onGivenUp?: (reason: unknown) => void;
}

/** Gives up with `connect-timeout` after `timeoutMs`, and with `signal.reason` at an abort. */
export function startAttempt(options: AttemptOptions): Attempt {
  const { provider, signal, clock, timeoutMs } = options;
  const { promise, reject } = deferred<never>();
  let given: { readonly reason: unknown } | undefined;
  const giveUp = (reason: unknown) => {
    if (given !== undefined) return;
    given = { reason };
    reject(reason);
    options.onGivenUp?.(reason);
  };
  const abort = () => giveUp(signal.reason);
  const cancel = clock.schedule(() => {
    giveUp(
      options.timedOut?.() ??
        new AvatarError('connect-timeout', `The room could not be joined within ${timeoutMs} ms.`, {
          provider,
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
