/**
 * Intents of which nobody knows whether a paid session came of them. Where the broker's key is nobody else's and the
 * service lists its sessions, a session of the list that stands in no record is one that was lost, and is closed.
 * Everywhere else the intent is reported until whatever it made has ended by itself.
 */

import type { AvatarServiceServer } from '@avatarwire/services';
import type { SessionChanges, SessionRecord } from '../store';
import { namesOf } from './closing';
import { createLook, type Look } from './look';
import { describedOfService, type Parts } from './parts';

/** After its end a service is given this long to end a session, in milliseconds. */
export const SLACK_MS = 60_000;
const LOOK_AGAIN_MS = 60_000;

export function reportUnresolved(parts: Parts, record: SessionRecord): void {
  parts.observe({ type: 'unresolved', service: record.service });
  tellUnresolved(parts, record);
}

/** Once in each process: the one that found it out may have been killed before it could say so. */
export function tellUnresolved({ told, logger }: Parts, record: SessionRecord): void {
  if (told.has(record.id)) return;
  told.add(record.id);
  logger.error('a session may stand open at its service under an id that is not known: look there', {
    ...namesOf(record),
    createdAt: record.createdAt,
  });
}

export type Recover = (record: SessionRecord) => Promise<void>;

export interface RecoveryEvents {
  /** A session that was nobody's is closed. */
  readonly onClosed: () => void;
  /** An intent is not looked after any more, and nobody knows what became of it. */
  readonly onGivenUp: (record: SessionRecord) => void;
}

/** For one sweep: each service is asked for its list once. */
export function createRecovery(parts: Parts, { onClosed, onGivenUp }: RecoveryEvents): Recover {
  const { store, clock, timings, logger } = parts;
  const looks = new Map<string, Promise<Look>>();

  const change = (record: SessionRecord, changes: SessionChanges) =>
    store.update(record.id, ['unresolved'], changes);

  const ended = (record: SessionRecord, changes: SessionChanges) => {
    const endedAt = clock.wallNow();
    return change(record, { endedAt, dueAt: endedAt + timings.rememberMs, ...changes });
  };

  async function waitForItsEnd(record: SessionRecord, soonerAt = Number.POSITIVE_INFINITY): Promise<void> {
    const overAt = record.endsAt + SLACK_MS;
    if (clock.wallNow() < overAt) {
      await change(record, { dueAt: Math.min(overAt, soonerAt) });
      return;
    }
    logger.warn('an intent was never resolved; whatever came of it has ended by itself', namesOf(record));
    // Nobody knows whether its time was used: it stays counted.
    await ended(record, { state: 'failed', endReason: 'not-found' });
    onGivenUp(record);
  }

  function lookAt(service: AvatarServiceServer): Promise<Look> {
    const look = looks.get(service.name) ?? createLook(parts, service, onClosed);
    looks.set(service.name, look);
    return look;
  }

  /**
   * An intent is resolved by the second look that comes when nothing more can come of it: what it made stood in the
   * first of them, and by now it is somebody's or has been closed.
   */
  async function conclude(record: SessionRecord, look: Look): Promise<void> {
    const now = clock.wallNow();
    const closed = look.take();
    const usedMs = Math.min(record.reservedMs, Math.max(0, now - record.createdAt));
    const found: SessionChanges = closed ? { endReason: 'orphaned', usedMs } : {};
    if (record.attempts === 0 || look.leftOpen > 0) {
      const seesAll = now >= record.createdAt + timings.intentMs;
      const attempts = record.attempts + (seesAll ? 1 : 0);
      await change(record, { ...found, attempts, dueAt: now + timings.intentMs });
    } else if (closed || record.endReason === 'orphaned') {
      await ended(record, { ...found, state: 'closed' });
    } else {
      await ended(record, { state: 'failed', endReason: 'not-found', usedMs: 0 });
    }
  }

  return async (record) => {
    const service = parts.services.get(record.service);
    if (service === undefined) {
      logger.error('an intent cannot be resolved: its service is not configured', namesOf(record));
    }
    if (service?.list === undefined || !parts.exclusiveKeys.includes(service.name)) {
      return waitForItsEnd(record);
    }
    let look: Look;
    try {
      look = await lookAt(service);
    } catch (error) {
      logger.error('the sessions of a service could not be looked at', {
        service: service.name,
        ...describedOfService(error),
      });
      return waitForItsEnd(record, clock.wallNow() + LOOK_AGAIN_MS);
    }
    return conclude(record, look);
  };
}
