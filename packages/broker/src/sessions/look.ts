/** One look at the sessions that a service lists: those that are nobody's are closed. */

import { AvatarError } from '@avatarwire/core';
import type { AvatarServiceServer, ServiceSessionInfo } from '@avatarwire/services';
import { inParallel } from './in-parallel';
import { describedOfService, leaseMs, type Parts } from './parts';
import { withDeadline } from './waiting';

export interface Look {
  /** Takes one of the sessions that were closed, so that an intent can be told what became of it. */
  take(): boolean;
  /** How many are nobody's and still stand open: another is closing them, or they cannot be closed now. */
  readonly leftOpen: number;
}

/** Of one look. */
const MOST_STRANGERS = 200;
const AT_ONCE = 8;

/** Much longer than any time between two looks. */
const REMEMBERED_MS = 7 * 86_400_000;

/**
 * A session that stands in no record may belong to an intent whose answer is under way. It is nobody's when it stood in
 * none in a look `intentMs` before: no intent is that old. When it was first seen is kept in the store, as the begin of
 * a counter's window, so that looks of several processes count together.
 */
export async function createLook(
  parts: Parts,
  service: AvatarServiceServer,
  onClosed: () => void,
): Promise<Look> {
  const { store, clock, timings, logger, observe } = parts;
  const within = <T>(ms: number, what: string, work: (signal: AbortSignal) => Promise<T>) =>
    withDeadline(clock, {
      ms,
      reason: new AvatarError('connect-timeout', `${service.name} did not ${what} within ${ms} ms.`),
      work: (signal) => parts.track(work(signal)),
    });

  const listed = await within(
    timings.openMs,
    'list its sessions',
    async (signal) => (await service.list?.({ signal })) ?? [],
  );
  const known = await store.known(
    service.name,
    listed.map(({ id }) => id),
  );
  const strangers = listed.filter(({ id }) => !known.has(id));

  async function isNobodys({ id }: ServiceSessionInfo): Promise<boolean> {
    const now = clock.wallNow();
    const { resetsAt } = await store.count(`stranger:${service.name}:${id}`, {
      amount: 1,
      windowMs: REMEMBERED_MS,
      now,
    });
    return now - (resetsAt - REMEMBERED_MS) >= timings.intentMs;
  }

  async function leased({ id }: ServiceSessionInfo): Promise<boolean> {
    const lease = { amount: 1, windowMs: leaseMs(parts), now: clock.wallNow() };
    return (await store.count(`orphan:${service.name}:${id}`, lease)).used === 1;
  }

  async function closed({ id, createdAt }: ServiceSessionInfo): Promise<boolean> {
    const names = { service: service.name, serviceSessionId: id };
    try {
      await within(timings.closeMs, 'close a session', async (signal) =>
        service.close(id, 'orphaned', { signal }),
      );
    } catch (error) {
      observe({ type: 'close-failed', service: service.name, code: 'orphaned' });
      logger.error('a session of nobody could not be closed', { ...names, ...describedOfService(error) });
      return false;
    }
    onClosed();
    const now = clock.wallNow();
    const heldMs = Math.max(0, now - (createdAt ?? now));
    observe({ type: 'closed', service: service.name, reason: 'orphaned', heldMs });
    logger.warn('closed a session that stood in no record', { ...names, heldMs });
    return true;
  }

  let untold = 0;
  let leftOpen = Math.max(0, strangers.length - MOST_STRANGERS);
  await inParallel(strangers.slice(0, MOST_STRANGERS), AT_ONCE, async (stranger) => {
    if (!(await isNobodys(stranger))) return;
    if ((await leased(stranger)) && (await closed(stranger))) untold += 1;
    else leftOpen += 1;
  });
  return {
    take() {
      if (untold === 0) return false;
      untold -= 1;
      return true;
    },
    leftOpen,
  };
}
