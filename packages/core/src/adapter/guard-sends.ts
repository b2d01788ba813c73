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
  const unanswered = new Set<(error: AvatarError) => void>();
  return {
    async guard(taken) {
      const { promise: failed, reject } = deferred<never>();
      const cancel = clock.schedule(() => {
        reject(
          new AvatarError('send-unsettled', `The SDK did not take the packet within ${SEND_SETTLES_MS} ms.`, {
            provider,
          }),
        );
      }, SEND_SETTLES_MS);
      unanswered.add(reject);
      try {
        await Promise.race([taken, failed]);
      } finally {
        cancel();
        unanswered.delete(reject);
      }
    },
    failAll(error) {
      for (const fail of unanswered) fail(error);
    },
  };
}
