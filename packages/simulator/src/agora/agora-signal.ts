/** The client's socket to the gateway: what waits while it is down, and what fails because it went down. */

import { type Deferred, deferred } from '@avatarwire/core/adapter';
import { AgoraRTCException } from './agora-error';

const aborted = () => new AgoraRTCException('WS_ABORT', 'the socket was closed');

export class AgoraSignal {
  #state: 'up' | 'down' | 'closed' = 'down';
  /** Rejects when the socket goes down. */
  #down: Deferred<never> = deferred();
  /** Resolves when it is up again, rejects when it never will be. */
  #up: Deferred<void> = deferred();

  opened(): void {
    this.#state = 'up';
    this.#down = deferred();
    this.#up.resolve();
  }

  lost(): void {
    if (this.#state !== 'up') return;
    this.#state = 'down';
    this.#up = deferred();
    this.#down.reject(aborted());
  }

  closed(): void {
    this.#state = 'closed';
    this.#down.reject(aborted());
    this.#up.reject(aborted());
  }

  /**
   * Asks the gateway, in the same turn where the socket is up; else once it is up again. Where it goes down before the
   * answer, it asks again (`retry`), although the first may have arrived, or rejects `WS_ABORT`.
   */
  async request(ask: () => Promise<void>, retry: boolean): Promise<void> {
    for (;;) {
      if (this.#state === 'closed') throw new AgoraRTCException('WS_ABORT', 'websocket is not ready');
      if (this.#state === 'down') await this.#up.promise;
      const answer = ask();
      // Once it lost the race, its end is nobody's business.
      answer.catch(() => {});
      const down = this.#down;
      const { lost, error } = await Promise.race([
        answer.then(
          () => ({ lost: false, error: undefined }),
          (reason: unknown) => ({ lost: false, error: { reason } }),
        ),
        down.promise.catch((reason: unknown) => ({ lost: true, error: { reason } })),
      ]);
      if (error === undefined) return;
      if (!lost || !retry || this.#isClosed()) throw error.reason;
    }
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }
}
