/**
 * What becomes of records when the machine's clock is set back. Without a word, a session of a page that is gone would
 * be looked at that much later: an hour after a step of an hour. So a keeper that is new, or sees its clock step back,
 * makes due sooner what is due later than it can be.
 *
 * A step forward needs nothing: what was silent for so long, as far as anybody can know, is closed.
 */

import { LIVE_STATES, type SessionRecord } from '../store';
import { LONGEST_BACK_OFF_MS } from './back-off';
import { namesOf } from './closing';
import type { Parts } from './parts';
import { SLACK_MS } from './unresolved';

/** Less is drift. */
const STEP_MS = 1_000;
const MOST_RECORDS = 10_000;

/** Call the result now and then. */
export function createStepWatch(parts: Parts): () => Promise<void> {
  const { clock, store, timings, logger } = parts;
  const offset = () => clock.wallNow() - clock.now();
  // A step may have come before this keeper did.
  let known = Number.POSITIVE_INFINITY;

  function latest({ state, reservedMs }: SessionRecord, now: number) {
    const heldUntil = now + reservedMs;
    const intentUntil = now + timings.intentMs;
    switch (state) {
      case 'open':
        return { dueAt: now + timings.silenceMs, endsAt: heldUntil };
      case 'opening':
        return { dueAt: intentUntil, endsAt: intentUntil + reservedMs };
      case 'unresolved':
        return { dueAt: intentUntil + reservedMs + SLACK_MS, endsAt: intentUntil + reservedMs };
      case 'closing':
      case 'closed':
      case 'failed':
        return { dueAt: now + LONGEST_BACK_OFF_MS, endsAt: heldUntil };
    }
  }

  return async () => {
    const current = offset();
    if (current > known - STEP_MS) {
      known = current;
      return;
    }
    const now = clock.wallNow();
    for (const record of await store.list(LIVE_STATES, MOST_RECORDS)) {
      const { dueAt, endsAt } = latest(record, now);
      if (record.dueAt <= dueAt && record.endsAt <= endsAt) continue;
      logger.warn('the clock was set back: a session is due sooner', namesOf(record));
      await store.update(record.id, [record.state], {
        dueAt: Math.min(record.dueAt, dueAt),
        endsAt: Math.min(record.endsAt, endsAt),
      });
    }
    known = current;
  };
}
