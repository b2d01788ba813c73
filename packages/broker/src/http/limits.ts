/**
 * How often something may be asked, counted in the store. The windows are fixed: one that begins late in one and early
 * in the next may come to twice the limit.
 */

import type { CheckedOptions } from '../checked-options';
import type { LimitLane } from '../observation';
import { Refusal } from '../refusal';
import { described } from '../sessions/parts';

const MINUTE_MS = 60_000;

export interface Limited {
  readonly lane: LimitLane;
  /** Who or what is limited, within its lane. */
  readonly key: string;
  readonly perMinute: number;
  /** When the store cannot count: `refuse`, or let it through all the same. */
  readonly uncounted: 'refuse' | 'allow';
  /** In words, for the message. */
  readonly what: string;
}

/** @throws Refusal 429 above the limit, 503 when it could not be counted */
export async function countRequest(options: CheckedOptions, limited: Limited): Promise<void> {
  const { store, clock, logger, observe } = options;
  const now = clock.wallNow();
  let counted: { readonly used: number; readonly resetsAt: number };
  try {
    const key = `${limited.lane}:${limited.key}`;
    counted = await store.count(key, { amount: 1, windowMs: MINUTE_MS, now });
  } catch (error) {
    logger.error('a request could not be counted', { lane: limited.lane, ...described(error) });
    if (limited.uncounted === 'allow') return;
    throw new Refusal(503, 'service-busy', 'The store of the broker cannot be used.', { cause: error });
  }
  if (counted.used <= limited.perMinute) return;
  observe({ type: 'limited', lane: limited.lane });
  const retryAfterMs = Math.max(1, counted.resetsAt - now);
  throw new Refusal(429, 'service-busy', `Too many ${limited.what}.`, { retryAfterMs });
}
