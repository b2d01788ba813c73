/** Opening: the intent first, then the service, then the id, then the answer. */

import { AvatarError, isAvatarError } from '@avatarwire/core';
import { settledWithin } from '@avatarwire/core/adapter';
import {
  type AvatarServiceServer,
  mayBeOpenAs,
  mayHaveOpened,
  type OpenedServiceSession,
} from '@avatarwire/services';
import type { EndReason, SessionIntent, SessionRecord } from '../store';
import { CLOSE_ANSWER_MS, type Closing, namesOf, type ServiceFacts } from './closing';
import { digestOf } from './digests';
import { newSessionId } from './ids';
import type { OpenedSession, OpenOrder } from './keeper';
import { described, describedOfService, type Parts } from './parts';
import { keyKnown, limitReached, openedTooSlowly, shuttingDown, wronglySetUp } from './refusals';
import { serviceRefusal } from './service-refusals';
import { reportUnresolved } from './unresolved';
import { withDeadline } from './waiting';

export interface Opening {
  open(order: OpenOrder): Promise<OpenedSession>;
  stop(): void;
  /** Resolves when the sessions that are being opened now are open, or are not. */
  underWay(): Promise<void>;
}

export function createOpening(parts: Parts, closing: Closing): Opening {
  const { store, clock, timings, limits, logger, observe } = parts;
  const underWay = new Set<Promise<unknown>>();
  let stopped = false;

  async function open(order: OpenOrder): Promise<OpenedSession> {
    if (stopped) throw shuttingDown();
    order.gone.throwIfAborted();
    const service = serviceOf(order);
    const intent = await intentOf(order);
    await begin(intent);
    if (order.gone.aborted) {
      await fail(intent, 'client-gone');
      throw order.gone.reason;
    }
    if (stopped) {
      await fail(intent, 'shut-down');
      throw shuttingDown();
    }
    const began = clock.now();
    const session = await ask(service, order, intent);
    const record = await written(intent, session);
    const ms = Math.round(clock.now() - began);
    const { provider } = intent;
    observe({ type: 'opened', service: service.name, provider, ms });
    logger.info('opened a session', { ...namesOf(record), provider, ms });
    const asksNoMore = order.gone.aborted || record.endReason === 'client-gone';
    if (asksNoMore) {
      parts.background('closing for a client that is gone', closing.close(record, 'client-gone'));
      throw order.gone.aborted ? order.gone.reason : keyKnown(record, record.fingerprint);
    }
    return { record, details: session.details };
  }

  function serviceOf({ opening }: OpenOrder): AvatarServiceServer {
    const service = parts.services.get(opening.service);
    if (service) return service;
    logger.error('authorize() named a service that is not configured', { service: opening.service });
    throw wronglySetUp();
  }

  async function intentOf(order: OpenOrder): Promise<SessionIntent> {
    const closeSecretDigest = await digestOf(order.closeSecret);
    const createdAt = clock.wallNow();
    const reservedMs = order.opening.request.durationSeconds * 1_000;
    return {
      id: newSessionId(parts.randomBytes),
      caller: order.caller.id,
      idempotencyKey: order.idempotencyKey,
      fingerprint: order.fingerprint,
      closeSecretDigest,
      service: order.opening.service,
      provider: order.provider,
      createdAt,
      // Whatever comes of it begins before the intent is given up.
      endsAt: createdAt + timings.intentMs + reservedMs,
      dueAt: createdAt + timings.intentMs,
      reservedMs,
    };
  }

  async function begin(intent: SessionIntent): Promise<void> {
    const bounds = {
      perCaller: limits.sessionsPerCaller,
      total: limits.sessionsInAll,
      msPerDay: limits.secondsPerCallerAndDay * 1_000,
    };
    const begun = await store.begin(intent, bounds).catch(async (error: unknown) => {
      // It may have been written all the same.
      await fail(intent, 'open-failed');
      throw error;
    });
    if (begun.outcome === 'full') {
      observe({ type: 'limited', lane: begun.bound === 'msPerDay' ? 'seconds' : 'sessions' });
      throw limitReached(begun.bound, clock.wallNow());
    }
    if (begun.outcome === 'known') {
      const { record } = begun;
      const refusal = keyKnown(record, intent.fingerprint);
      if (refusal.status === 409) await closeUnheard(record);
      throw refusal;
    }
  }

  /**
   * The page has no answer: with one, it would not ask again. The broker that is opening may not have seen it go, as
   * behind a proxy that keeps the line: it finds the reason in the record.
   */
  async function closeUnheard({ id, state }: SessionRecord): Promise<void> {
    const isTold = state === 'opening' && (await store.update(id, ['opening'], { endReason: 'client-gone' }));
    if (isTold) return;
    const record = await store.find(id);
    if (record?.state === 'open' && record.heardAt === undefined) {
      await closing.closeSoon(record, 'client-gone');
    }
  }

  async function ask(
    service: AvatarServiceServer,
    order: OpenOrder,
    intent: SessionIntent,
  ): Promise<OpenedServiceSession> {
    const ms = timings.openMs;
    const late = new AvatarError('connect-timeout', `${service.name} opened no session within ${ms} ms.`);
    try {
      return await withDeadline(clock, {
        ms,
        reason: late,
        work: (signal) =>
          parts.track(
            (async () => service.open(requestOf(service, order), { signal, idempotencyKey: intent.id }))(),
          ),
        tooLate: (session) =>
          parts.background(
            'closing what was opened too late',
            closing.closeUnwanted(intent, factsOf(intent, session, clock.wallNow()), 'open-failed'),
          ),
      });
    } catch (error) {
      const refusal = serviceRefusal('open', service.name, error);
      const code = isAvatarError(error) ? error.code : 'unknown';
      observe({ type: 'open-failed', service: service.name, code });
      logger.warn('a session could not be opened', { ...namesOf(intent), ...describedOfService(error) });
      // After our own deadline the service half still listens, in this process. An error of no known kind says nothing.
      const uncertain = error === late || mayHaveOpened(error) || !isAvatarError(error);
      const id = mayBeOpenAs(error);
      if (id !== undefined) await leaveToClose(intent, id);
      else await (uncertain ? leaveUnresolved(intent) : fail(intent, 'open-failed'));
      throw refusal;
    }
  }

  /** The id is written before anything else happens; where it cannot be, the session is closed. */
  async function written(intent: SessionIntent, session: OpenedServiceSession): Promise<SessionRecord> {
    const facts = factsOf(intent, session, clock.wallNow());
    const abandon = () =>
      settledWithin(clock, CLOSE_ANSWER_MS, closing.closeUnwanted(intent, facts, 'open-failed'));
    let record: SessionRecord | undefined;
    try {
      const dueAt = Math.min(facts.endsAt, clock.wallNow() + timings.silenceMs);
      record = await store.update(intent.id, ['opening'], { state: 'open', ...facts, dueAt });
    } catch (error) {
      observe({ type: 'open-failed', service: intent.service, code: 'store' });
      await abandon();
      throw error;
    }
    if (record) return record;
    // A sweep took it for lost.
    observe({ type: 'open-failed', service: intent.service, code: 'connect-timeout' });
    await abandon();
    throw openedTooSlowly(intent.service);
  }

  /** Nothing was opened. What cannot be written is found by a sweep. */
  async function fail(intent: SessionIntent, endReason: EndReason): Promise<void> {
    const endedAt = clock.wallNow();
    const dueAt = endedAt + timings.rememberMs;
    await store
      .update(intent.id, ['opening'], { state: 'failed', endedAt, endReason, usedMs: 0, dueAt })
      .catch((error: unknown) => notWritten(intent, error));
  }

  async function leaveUnresolved(intent: SessionIntent): Promise<void> {
    try {
      const changes = { state: 'unresolved', dueAt: clock.wallNow() } as const;
      const record = await store.update(intent.id, ['opening'], changes);
      if (record) reportUnresolved(parts, record);
    } catch (error) {
      notWritten(intent, error);
    }
  }

  /**
   * It may stand open under this id. The service half is closing it; should this process die first, a sweep does. Not
   * before the intent is over: of a session that is only beginning the service may say that there is none.
   */
  async function leaveToClose(intent: SessionIntent, serviceSessionId: string): Promise<void> {
    const { createdAt: openedAt, dueAt } = intent;
    const changes = {
      state: 'closing',
      endReason: 'open-failed',
      serviceSessionId,
      openedAt,
      dueAt,
    } as const;
    await store
      .update(intent.id, ['opening', 'unresolved'], changes)
      .catch((error: unknown) => notWritten(intent, error));
  }

  function notWritten(intent: SessionIntent, error: unknown): void {
    logger.error('what became of an intent could not be written', {
      ...namesOf(intent),
      ...described(error),
    });
  }

  return {
    open(order) {
      const opening = open(order);
      underWay.add(opening);
      const done = () => void underWay.delete(opening);
      opening.then(done, done);
      return parts.track(opening);
    },
    stop() {
      stopped = true;
    },
    async underWay() {
      await Promise.allSettled(underWay);
    },
  };
}

/** Not every service takes a duration; where it does not, the keeper alone ends the session in time. */
function requestOf(service: AvatarServiceServer, { opening, provider }: OpenOrder) {
  const { durationSeconds, ...request } = opening.request;
  return service.accepts.includes('durationSeconds')
    ? { ...request, provider, durationSeconds }
    : { ...request, provider };
}

/** A service half may be anybody's: a time that cannot be would end the session now, or never. */
function factsOf(
  { createdAt, reservedMs }: SessionIntent,
  session: OpenedServiceSession,
  now: number,
): ServiceFacts {
  const { id, endsAt = Number.NaN } = session;
  const openedAt = session.openedAt >= createdAt && session.openedAt <= now ? session.openedAt : now;
  const longest = openedAt + reservedMs;
  return { serviceSessionId: id, openedAt, endsAt: endsAt > openedAt ? Math.min(endsAt, longest) : longest };
}
