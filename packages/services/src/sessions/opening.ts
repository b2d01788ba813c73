/** Opening a paid session: what was given up is not forgotten, and what comes of it is closed. */

import { AvatarError } from '@avatarwire/core';
import type { CallOptions, OpenedServiceSession } from '../contract';
import { pause } from '../http/back-off';
import type { Call, Payment } from '../http/line';
import type { CheckedOptions } from '../http/options';
import { markUncertain } from '../uncertain';
import type { Closed } from './closing';

type Waiting = Pick<Call<unknown>, 'stop' | 'signal' | 'timeoutMs'>;

/** What the requests of one `open` need. */
export interface OpenSteps {
  /** Of a request that costs nothing. */
  readonly free: Waiting;
  /** Of the one that opens the session. */
  readonly paid: Waiting & Required<Pick<Call<unknown>, 'payment'>>;
  /**
   * What is made of a session whose id is known. Should that fail although it exists, it is closed before the error is
   * thrown.
   */
  use(
    id: string,
    read: () => OpenedServiceSession | Promise<OpenedServiceSession>,
  ): Promise<OpenedServiceSession>;
}

export interface Opening {
  open(
    make: (steps: OpenSteps) => Promise<OpenedServiceSession>,
    signal: AbortSignal,
  ): Promise<OpenedServiceSession>;
  settled(): Promise<void>;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

export function createOpening(
  options: CheckedOptions,
  close: (id: string, reason: string, options?: CallOptions) => Promise<Closed>,
): Opening {
  const { service, clock, logger, openTimeoutMs, lateTimeoutMs } = options;
  const late = new Set<Promise<void>>();
  const track = (work: Promise<void>) => {
    const tracked = work.finally(() => late.delete(tracked));
    late.add(tracked);
  };

  async function closes(id: string, why: string): Promise<boolean> {
    try {
      await close(id, why);
    } catch {
      return false;
    }
    logger.warn(`${service}: closed a session that nobody will use`, { id, why });
    return true;
  }

  /** True when it is certain that nothing is open. Otherwise it is tried on, behind the caller's back. */
  async function closeUnwanted(id: string, why: string): Promise<boolean> {
    if (await closes(id, why)) return true;
    track(insist(id, why));
    return false;
  }

  async function insist(id: string, why: string): Promise<void> {
    const until = clock.now() + lateTimeoutMs;
    for (let ms = FIRST_WAIT_MS; clock.now() + ms <= until; ms = Math.min(2 * ms, LONGEST_WAIT_MS)) {
      await pause(clock, ms, []);
      if (await closes(id, why)) return;
    }
    logger.error(`${service}: a session that nobody will use could not be closed`, { id, why });
  }

  return {
    async open(make, signal) {
      if (signal.aborted) throw signal.reason;
      const stop = new AbortController();
      const abandon = new AbortController();
      const payment: Payment & { id?: string } = { pending: false };
      const free = {
        // Nobody waits any more: no further request is begun. One under way is listened to, until it is abandoned.
        stop: stop.signal,
        signal: abandon.signal,
        timeoutMs: openTimeoutMs + lateTimeoutMs,
      };
      const steps: OpenSteps = {
        free,
        paid: { ...free, payment },
        async use(id, read) {
          payment.id = id;
          try {
            return await read();
          } catch (error) {
            if (payment.pending) payment.pending = !(await closeUnwanted(id, 'of no use'));
            throw error;
          }
        },
      };
      const marked = <E>(error: E) => markUncertain(error, payment.pending, payment.id);

      async function listenOn(making: Promise<OpenedServiceSession>): Promise<void> {
        const cancel = clock.schedule(() => abandon.abort(), lateTimeoutMs);
        try {
          const { id } = await making;
          await closeUnwanted(id, 'given up');
        } catch {
          if (payment.pending && payment.id === undefined)
            logger.warn(`${service}: what became of a request that was given up is not known`);
        } finally {
          cancel();
        }
      }

      const making = make(steps);
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
            track(listenOn(making));
            stop.abort(reason);
            reject(reason);
          });
        const aborted = () => giveUp(signal.reason);
        const cancelTimer = clock.schedule(
          () => giveUp(marked(tooSlow(service, openTimeoutMs))),
          openTimeoutMs,
        );
        signal.addEventListener('abort', aborted, { once: true });
        making.then(
          (session) => end(() => resolve(session)),
          (error: unknown) => end(() => reject(marked(error))),
        );
      });
    },
    async settled() {
      while (late.size > 0) await Promise.all(late);
    },
  };
}

function tooSlow(service: string, ms: number): AvatarError {
  return new AvatarError('connect-timeout', `${service} opened no session within ${ms} ms.`, { service });
}
