/** Tokens that sessions and callers have used up. Kept in the store, so it holds across brokers and restarts. */

import type { Clock } from '@avatarwire/core';
import { Refusal } from '../refusal';
import type { BrokerStore, SessionRecord } from '../store';
import type { CheckedModel } from './check-options';

const DAY_MS = 86_400_000;

export interface Budget {
  /** @throws Refusal 403 when the session's is used up, 429 when the caller's is */
  check(session: SessionRecord): Promise<void>;
  spend(session: SessionRecord, tokens: number): Promise<void>;
}

export function createBudget({
  store,
  clock,
  budget: { tokensPerSession, tokensPerCallerAndDay },
}: {
  readonly store: BrokerStore;
  readonly clock: Clock;
  readonly budget: CheckedModel['budget'];
}): Budget {
  const count = (session: SessionRecord, amount: number) => {
    const now = clock.wallNow();
    // A session has one window, however long it may stand open.
    const sessionMs = Math.max(DAY_MS, session.endsAt - session.createdAt);
    return Promise.all([
      store.count(`model:session:${session.id}`, { amount, windowMs: sessionMs, now }),
      store.count(`model:caller:${session.caller}`, { amount, windowMs: DAY_MS, now }),
    ]);
  };

  return {
    async check(session) {
      const [ofSession, ofCaller] = await count(session, 0);
      if (ofSession.used >= tokensPerSession) {
        throw new Refusal(403, 'service-refused', 'This session has used up what it may ask the model.');
      }
      if (ofCaller.used >= tokensPerCallerAndDay) {
        throw new Refusal(429, 'service-busy', 'You have used up what you may ask the model on one day.', {
          retryAfterMs: Math.max(1, ofCaller.resetsAt - clock.wallNow()),
        });
      }
    },
    async spend(session, tokens) {
      if (tokens > 0) await count(session, tokens);
    },
  };
}
