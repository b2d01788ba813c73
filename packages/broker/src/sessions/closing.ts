/**
 * Closing: one way for all who close. Whoever moves a record from `open` to `closing` holds its lease, and asks the
 * service; the lease is renewed while the service is asked, so that it ends with the attempt or with its process.
 */

import { AvatarError, isAvatarError } from '@avatarwire/core';
import { settledWithin } from '@avatarwire/core/adapter';
import type { AvatarServiceServer } from '@avatarwire/services';
import type { EndReason, SessionIntent, SessionRecord, SessionState } from '../store';
import { backOffMs } from './back-off';
import { described, describedOfService, leaseMs, type Parts } from './parts';
import { withDeadline } from './waiting';

/** What is known of a session once the service has opened it. */
export interface ServiceFacts {
  readonly serviceSessionId: string;
  readonly openedAt: number;
  readonly endsAt: number;
}

/** Each resolves with whether it is closed at its service. What could not be closed is tried again later. */
export interface Closing {
  /** A session that stands open, unless another is closing it. Joins what is under way here. */
  close(record: SessionRecord, reason: EndReason): Promise<boolean>;
  /** The same for who waits for an answer: a few seconds at most. Never rejects. */
  closeSoon(record: SessionRecord, reason: EndReason): Promise<void>;
  /** One whose lease the caller holds. Never rejects. */
  closeLeased(record: SessionRecord, reason: EndReason): Promise<boolean>;
  /** One that the service has opened, of which the store does not know, or may not know. Never rejects. */
  closeUnwanted(intent: SessionIntent, facts: ServiceFacts, reason: EndReason): Promise<boolean>;
  /** The attempt that is under way here. */
  underWay(id: string): Promise<boolean> | undefined;
  /** Sessions that could neither be closed nor be written down, tried again. */
  retryUnwritten(): readonly Promise<boolean>[];
}

/** How long a page waits for the closing of a session, in milliseconds. */
export const CLOSE_ANSWER_MS = 5_000;

/** How often a lease is renewed: a service half that keeps silent longer has forgotten its own time-outs. */
const RENEWALS = 3;

/** So long after its end the service has closed a session by itself, whatever it answers. */
const GIVE_UP_AFTER_MS = 3_600_000;

const ANY_BUT_CLOSED: readonly SessionState[] = ['opening', 'open', 'closing', 'unresolved', 'failed'];

export function createClosing(parts: Parts): Closing {
  const { store, clock, timings, logger, observe } = parts;
  const attempts = new Map<string, Promise<boolean>>();
  const unwritten = new Map<string, SessionRecord>();

  /** Two attempts for one record never run side by side in one process, whatever became of a lease. */
  function once(id: string, attempt: () => Promise<boolean>): Promise<boolean> {
    const underWay = attempts.get(id);
    if (underWay) return underWay;
    const begun = parts.track(attempt().finally(() => attempts.delete(id)));
    attempts.set(id, begun);
    return begun;
  }

  const leaseEnd = () => clock.wallNow() + leaseMs(parts);

  async function attempt(record: SessionRecord, reason: EndReason): Promise<boolean> {
    const service = parts.services.get(record.service);
    const { serviceSessionId } = record;
    if (service === undefined || serviceSessionId === undefined) {
      logger.error('a session cannot be closed: its service is not configured', namesOf(record));
      await postpone(record, reason);
      return false;
    }
    try {
      await ask(service, serviceSessionId, record.id, reason);
    } catch (error) {
      const code = isAvatarError(error) ? error.code : 'unknown';
      observe({ type: 'close-failed', service: record.service, code });
      logger.error('a session could not be closed', {
        ...namesOf(record),
        failures: record.attempts + 1,
        ...describedOfService(error),
      });
      await postpone(record, reason, isAvatarError(error) ? error.retryAfterMs : undefined);
      return false;
    }
    await finish(record, reason);
    return true;
  }

  async function ask(service: AvatarServiceServer, sessionId: string, id: string, reason: EndReason) {
    const ms = timings.closeMs * (RENEWALS + 1);
    let cancel = () => {};
    const renew = () => {
      parts.background('renewing a lease', store.update(id, ['closing'], { dueAt: leaseEnd() }));
      cancel = clock.schedule(renew, timings.closeMs);
    };
    cancel = clock.schedule(renew, timings.closeMs);
    try {
      await withDeadline(clock, {
        ms,
        reason: new AvatarError('connect-timeout', `${service.name} did not close a session in ${ms} ms.`),
        work: async (signal) => service.close(sessionId, reason, { signal }),
      });
    } finally {
      cancel();
    }
  }

  /** Written badly or not at all, the record comes up again, and the service says that the session is gone. */
  async function finish(record: SessionRecord, reason: EndReason): Promise<void> {
    unwritten.delete(record.id);
    const endedAt = clock.wallNow();
    const usedMs = heldMs(record, endedAt);
    const ended = await store
      .update(record.id, ANY_BUT_CLOSED, {
        state: 'closed',
        endedAt,
        endReason: reason,
        usedMs,
        dueAt: endedAt + timings.rememberMs,
      })
      .catch((error: unknown) => {
        logger.error('the end of a session could not be written', {
          ...namesOf(record),
          ...described(error),
        });
        return undefined;
      });
    if (!ended) return;
    observe({ type: 'closed', service: record.service, reason, heldMs: usedMs });
    logger.info('closed a session', { ...namesOf(record), reason, heldMs: usedMs });
  }

  async function postpone(record: SessionRecord, reason: EndReason, retryAfterMs?: number): Promise<void> {
    const now = clock.wallNow();
    if (now >= record.endsAt + GIVE_UP_AFTER_MS) {
      logger.error('gave up closing a session: it ended by itself long ago', namesOf(record));
      return finish(record, reason);
    }
    const failures = record.attempts + 1;
    const { serviceSessionId, openedAt, endsAt } = record;
    const next = {
      state: 'closing',
      attempts: failures,
      dueAt: now + backOffMs(failures, parts.random, retryAfterMs),
      endReason: reason,
      endsAt,
      ...(serviceSessionId !== undefined && { serviceSessionId }),
      ...(openedAt !== undefined && { openedAt }),
    } as const;
    const written = await store.update(record.id, ANY_BUT_CLOSED, next).catch((error: unknown) => {
      logger.error('a failed close could not be written', { ...namesOf(record), ...described(error) });
      return undefined;
    });
    if (written) unwritten.delete(record.id);
    else unwritten.set(record.id, { ...record, ...next });
  }

  const closeLeased: Closing['closeLeased'] = (record, reason) =>
    once(record.id, () => attempt(record, reason));

  async function close(record: SessionRecord, reason: EndReason): Promise<boolean> {
    const { id } = record;
    const changes = { state: 'closing', endReason: reason, dueAt: leaseEnd() } as const;
    const leased = await store.update(id, ['open'], changes).catch((error: unknown) => {
      logger.error('a close could not be written: the service is asked all the same', {
        ...namesOf(record),
        ...described(error),
      });
      // Twice closed does no harm; left open it costs, and a full disk may let nothing be written for hours.
      return { ...record, ...changes };
    });
    if (leased) return closeLeased(leased, reason);
    const underWay = attempts.get(id);
    if (underWay) return underWay;
    const now = await store.find(id);
    return now === undefined || now.state === 'closed' || now.state === 'failed';
  }

  return {
    close: (record, reason) => parts.track(close(record, reason)),
    async closeSoon(record, reason) {
      const closing = close(record, reason);
      parts.background('closing', closing);
      await settledWithin(clock, CLOSE_ANSWER_MS, closing);
    },
    closeLeased,
    closeUnwanted(intent, facts, reason) {
      return once(intent.id, async () => {
        const changes = { state: 'closing', endReason: reason, dueAt: leaseEnd(), ...facts } as const;
        // Should this process die now, another closes it by this.
        await store.update(intent.id, ANY_BUT_CLOSED, changes).catch((error: unknown) => {
          logger.error('a session that nobody will use could not be written down', {
            ...namesOf(intent),
            ...described(error),
          });
        });
        return attempt({ attempts: 0, ...intent, ...changes }, reason);
      });
    },
    underWay: (id) => attempts.get(id),
    retryUnwritten() {
      const due = [...unwritten.values()].filter(({ dueAt }) => dueAt <= clock.wallNow());
      return due.map((record) => closeLeased(record, record.endReason ?? 'open-failed'));
    },
  };
}

/** The clock may have been set in between. */
function heldMs({ openedAt, endsAt, reservedMs }: SessionRecord, now: number): number {
  const ms = openedAt === undefined ? 0 : Math.min(now, endsAt) - openedAt;
  return Math.min(reservedMs, Math.max(0, ms));
}

export function namesOf(record: SessionIntent & { readonly serviceSessionId?: string }) {
  const { id, caller, service, serviceSessionId } = record;
  return { id, caller, service, ...(serviceSessionId !== undefined && { serviceSessionId }) };
}
