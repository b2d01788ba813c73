/** The model proxy: `POST /sessions/{id}/chat/completions`, once it is known who asks, and for which session. */

import type { Clock, Logger } from '@avatarwire/core';
import type { Observe } from '../observation';
import type { Caller } from '../options';
import type { BrokerStore, SessionRecord } from '../store';
import { type AnswerParts, type AnswerUnderWay, startAnswer } from './answer';
import { createAnswerCache } from './answer-cache';
import { answerId, createAnswerForm } from './answer-form';
import { createBudget } from './budget';
import { checkOptions } from './check-options';
import { failures } from './failures';
import type { ModelProxyOptions } from './options';
import { createConversationReader } from './read-conversation';
import { createStreamLeases } from './stream-leases';
import { createUpstream } from './upstream';

export interface ModelProxyParts {
  readonly store: BrokerStore;
  readonly clock: Clock;
  /** Numbers from 0 to 1, for back-off and for the ids of answers. */
  readonly random: () => number;
  readonly logger: Logger;
  readonly observe: Observe;
}

export interface ModelQuestion {
  /** Open, and this caller's. */
  readonly session: SessionRecord;
  readonly caller: Caller;
  /** As the page sent it, parsed; nothing of it was looked at. */
  readonly body: unknown;
  /** Aborted when the page has gone. */
  readonly signal: AbortSignal;
}

export interface ModelProxy {
  /**
   * Resolves with the answer once the model has begun it: server-sent events, or JSON where the page did not ask for a
   * stream. The response's body has to be read or cancelled, or `signal` aborted.
   *
   * @throws Refusal; the reason of `signal`
   */
  answer(question: ModelQuestion): Promise<Response>;
  /** Resolves when no answer is under way, and what they cost is written down. */
  settled(): Promise<void>;
  /** Begins no further answer; those under way have ten more seconds. */
  stop(): void;
}

/** How long answers under way may go on after a stop, in milliseconds. */
const GRACE_MS = 10_000;

/** @throws AvatarError `invalid-argument`, naming the option as `model.<option>` */
export function createModelProxy(
  options: ModelProxyOptions,
  { store, clock, random, logger, observe }: ModelProxyParts,
): ModelProxy {
  const model = checkOptions(options);
  const readConversation = createConversationReader(model);
  const parts: AnswerParts = {
    upstream: createUpstream(model, clock),
    budget: createBudget({ store, clock, budget: model.budget }),
    leases: createStreamLeases({ store, clock, logger }),
    cache: createAnswerCache(model.cache, clock),
    clock,
    random,
    logger,
    observe,
  };
  const underWay = new Set<AnswerUnderWay>();
  let stopped = false;
  let cancelGrace = () => {};

  return {
    async answer({ session, body, signal }) {
      if (stopped) throw failures.stopped();
      const conversation = readConversation(body);
      signal.throwIfAborted();
      const form = createAnswerForm({
        id: answerId(random),
        created: Math.floor(clock.wallNow() / 1_000),
        model: model.model,
      });
      const answer = startAnswer(parts, { session, conversation, form, signal });
      underWay.add(answer);
      void answer.over.then(() => {
        underWay.delete(answer);
        if (underWay.size === 0) cancelGrace();
      });
      return answer.response;
    },
    async settled() {
      while (underWay.size > 0) await Promise.all([...underWay].map(({ over }) => over));
    },
    stop() {
      if (stopped) return;
      stopped = true;
      if (underWay.size === 0) return;
      cancelGrace = clock.schedule(() => {
        for (const { end } of underWay) end(failures.stopped());
      }, GRACE_MS);
    },
  };
}
