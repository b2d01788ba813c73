/**
 * One stream for each session. In one broker exactly; across brokers by a lease in the store, made of two counters:
 *
 * - `model:turn:<session>` says how many streams have ended, and
 * - whoever counts `model:stream:<session>:<turn>` to one within its window has the stream of this turn. It counts again
 *   whenever the window is over, and when the stream ends it counts the turn on, so that the next need not wait.
 *
 * A broker that dies counts nothing any more, and its lease is over with the window. What does not hold: for the moment
 * between the end of a window and the holder's next count, another broker can get in, so that a session has two
 * streams; both are paid from the same budget.
 */

import type { Clock, Logger } from '@avatarwire/core';
import { Refusal } from '../refusal';
import type { BrokerStore } from '../store';

const LEASE_MS = 15_000;
const TURNS_MS = 86_400_000;
/** When to ask again: streams end at any time, and the store may be slow to say so. */
const RETRY_MS = 1_000;
const SHORTEST_MS = 100;

/**
 * Gives a lease back once `after` has settled. Whoever wants the next one waits from now on and is not refused: a page
 * that interrupts asks again at once. Never rejects.
 */
export type GiveBack = (after: Promise<unknown>) => Promise<void>;

export interface StreamLeases {
  /** @throws Refusal 429 */
  take(sessionId: string): Promise<GiveBack>;
}

export function createStreamLeases({
  store,
  clock,
  logger,
}: {
  readonly store: BrokerStore;
  readonly clock: Clock;
  readonly logger: Logger;
}): StreamLeases {
  const taken = new Set<string>();
  const givingBack = new Map<string, Promise<void>>();

  const count = (key: string, amount: number, windowMs: number) =>
    store.count(key, { amount, windowMs, now: clock.wallNow() });

  /** @returns what ends it */
  async function hold(sessionId: string): Promise<() => Promise<void>> {
    const turns = `model:turn:${sessionId}`;
    const turn = await count(turns, 0, TURNS_MS);
    const key = `model:stream:${sessionId}:${turn.used}`;
    const lease = await count(key, 1, LEASE_MS);
    if (lease.used > 1) throw busy();
    let over = false;
    let cancel = () => {};
    const renewAt = (time: number) => {
      if (!over) cancel = clock.schedule(renew, Math.max(SHORTEST_MS, time - clock.wallNow()));
    };
    function renew(): void {
      count(key, 1, LEASE_MS).then(
        ({ resetsAt }) => renewAt(resetsAt),
        (error: unknown) => {
          logger.warn('model: a lease could not be renewed', { error });
          renewAt(clock.wallNow() + LEASE_MS);
        },
      );
    }
    renewAt(lease.resetsAt);
    return async () => {
      over = true;
      cancel();
      await count(turns, 1, TURNS_MS);
    };
  }

  return {
    async take(sessionId) {
      await givingBack.get(sessionId);
      if (taken.has(sessionId)) throw busy();
      taken.add(sessionId);
      let end: () => Promise<void>;
      try {
        end = await hold(sessionId);
      } catch (error) {
        taken.delete(sessionId);
        throw error;
      }
      return (after) => {
        const ending = after
          .then(end, end)
          .catch((error: unknown) => logger.warn('model: a lease could not be given back', { error }))
          .then(() => {
            taken.delete(sessionId);
            givingBack.delete(sessionId);
          });
        givingBack.set(sessionId, ending);
        return ending;
      };
    },
  };
}

function busy(): Refusal {
  return new Refusal(429, 'service-busy', 'The model is answering in this session; one answer at a time.', {
    retryAfterMs: RETRY_MS,
  });
}
