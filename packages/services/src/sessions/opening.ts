/** Opening a paid session: what was given up is not forgotten, and what comes of it is closed. */

import { AvatarError, isAvatarError } from '@avatarwire/core';
import type { CallOptions, OpenedServiceSession } from '../contract';
import type { CheckedOptions } from '../http/options';
import { markUncertain, mayHaveOpened } from '../uncertain';
import type { Closed } from './closing';

export interface OpenSignals {
  /** Nobody waits any more: begin no further request. One under way is listened to. */
  readonly stop: AbortSignal;
  /** Stop listening. */
  readonly abandon: AbortSignal;
  /** The longest that a request may be listened to, in milliseconds. */
  readonly timeoutMs: number;
}

export interface Opening {
  open(
    make: (signals: OpenSignals) => Promise<OpenedServiceSession>,
    signal: AbortSignal,
  ): Promise<OpenedServiceSession>;
  /**
   * What the answer of a session that certainly exists is made of. Should it be of no use, the session is closed
   * before the error is thrown.
   */
  use(
    id: string,
    read: () => OpenedServiceSession | Promise<OpenedServiceSession>,
  ): Promise<OpenedServiceSession>;
  settled(): Promise<void>;
}

export function createOpening(
  options: CheckedOptions,
  close: (id: string, reason: string, options?: CallOptions) => Promise<Closed>,
): Opening {
  const { service, clock, logger, openTimeoutMs, lateTimeoutMs } = options;
  const late = new Set<Promise<void>>();

  /** True when it is certain that nothing is open. */
  async function closeUnwanted(id: string, why: string): Promise<boolean> {
    try {
      await close(id, why);
      logger.warn(`${service}: closed a session that nobody will use`, { id, why });
      return true;
    } catch {
      logger.error(`${service}: a session that nobody will use could not be closed`, { id, why });
      return false;
    }
  }

  function listenOn(making: Promise<OpenedServiceSession>, abandon: AbortController): void {
    const cancel = clock.schedule(() => abandon.abort(), lateTimeoutMs);
    const listening = making
      .then(
        ({ id }) => closeUnwanted(id, 'given up').then(() => {}),
        (error: unknown) => {
          if (mayHaveOpened(error) || abandon.signal.aborted) {
            logger.warn(`${service}: what became of a request that was given up is not known`);
          }
        },
      )
      .finally(() => {
        cancel();
        late.delete(listening);
      });
    late.add(listening);
  }

  return {
    async open(make, signal) {
      if (signal.aborted) throw signal.reason;
      const stop = new AbortController();
      const abandon = new AbortController();
      const timeoutMs = openTimeoutMs + lateTimeoutMs;
      const making = make({ stop: stop.signal, abandon: abandon.signal, timeoutMs });
      return new Promise<OpenedServiceSession>((resolve, reject) => {
        let settled = false;
        const end = (settle: () => void) => {
          if (settled) return;
          settled = true;
          cancelTimer();
          signal.removeEventListener('abort', aborted);
          settle();
        };
        const giveUp = (reason: unknown) =>
          end(() => {
            listenOn(making, abandon);
            stop.abort(reason);
            reject(reason);
          });
        const aborted = () => giveUp(signal.reason);
        const cancelTimer = clock.schedule(() => giveUp(tooSlow(service, openTimeoutMs)), openTimeoutMs);
        signal.addEventListener('abort', aborted, { once: true });
        making.then(
          (session) => end(() => resolve(session)),
          (error: unknown) => end(() => reject(error)),
        );
      });
    },
    async use(id, read) {
      try {
        return await read();
      } catch (error) {
        const closed = await closeUnwanted(id, 'of no use');
        throw isAvatarError(error) ? markUncertain(error, !closed) : error;
      }
    },
    async settled() {
      while (late.size > 0) await Promise.all(late);
    },
  };
}

function tooSlow(service: string, ms: number): AvatarError {
  return markUncertain(
    new AvatarError('connect-timeout', `${service} opened no session within ${ms} ms.`, { service }),
  );
}
