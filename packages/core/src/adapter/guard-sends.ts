import type { Clock } from '../clock';
import { AvatarError } from '../errors';
import { deferred } from './deferred';

const SEND_SETTLES_MS = 10_000;

/** The sends that an SDK has not answered yet. */
export interface SendGuard {
  /**
   * Settles as `taken` does, but no later than after 10 s, with `send-unsettled`, or when {@link SendGuard.failAll} is
   * called. What becomes of `taken` after that is nobody's business.
   */
  guard(taken: Promise<void>): Promise<void>;
  failAll(error: AvatarError): void;
}

export function guardSends(provider: string, clock: Clock): SendGuard {
  /** In the order of hand-over. */
  const unanswered = new Set<{ readonly since: number; readonly fail: (error: AvatarError) => void }>();
  let cancelLook: (() => void) | undefined;

  /** One timer looks now and then: setting and cancelling one takes as long as handing a packet over. */
  function lookIn(ms: number): void {
    cancelLook = clock.schedule(() => {
      cancelLook = undefined;
      for (const { since, fail } of unanswered) {
        const leftMs = since + SEND_SETTLES_MS - clock.now();
        if (leftMs > 0) return lookIn(leftMs);
        fail(
          new AvatarError('send-unsettled', `The SDK did not take the packet within ${SEND_SETTLES_MS} ms.`, {
            provider,
          }),
        );
      }
    }, ms);
  }

  return {
    async guard(taken) {
      const { promise: failed, reject } = deferred<never>();
      const send = { since: clock.now(), fail: reject };
      unanswered.add(send);
      if (!cancelLook) lookIn(SEND_SETTLES_MS);
      try {
        await Promise.race([taken, failed]);
      } finally {
        unanswered.delete(send);
      }
    },
    failAll(error) {
      cancelLook?.();
      cancelLook = undefined;
      for (const { fail } of unanswered) fail(error);
    },
  };
}
