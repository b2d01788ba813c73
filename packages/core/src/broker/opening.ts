/** One wish to open, until there is an answer to it. */

import type { Clock } from '../clock';
import { isAvatarError } from '../errors';
import { type Answer, pause } from './exchange';
import { KEY_SPENT } from './wire';

export interface Order {
  /** The broker opens at most one session for each. */
  readonly key: string;
  readonly secret: string;
}

export interface Placed {
  readonly order: Order;
  readonly answer: Answer;
}

/** Before the one repetition of a request that got no answer. */
const REPEAT_MS = 1_000;

/**
 * Where no answer came, the broker may have opened all the same. The repetition carries the same key: either the
 * broker opens only now, or it knows the key and closes what came of it, since nobody has the credentials. Then a fresh
 * order gets the user in. Why, is in docs/decisions/0013.
 *
 * @param signal aborted when nobody waits any more: what was asked goes on, and nothing more is asked
 */
export async function place(
  newOrder: () => Order,
  ask: (order: Order) => Promise<Answer>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Placed> {
  const order = newOrder();
  try {
    return { order, answer: await ask(order) };
  } catch (error) {
    if (!isAvatarError(error) || error.code !== 'network') throw error;
  }
  await pause(clock, REPEAT_MS, signal);
  const answer = await ask(order);
  if (answer.status !== KEY_SPENT) return { order, answer };
  signal.throwIfAborted();
  const fresh = newOrder();
  return { order: fresh, answer: await ask(fresh) };
}
