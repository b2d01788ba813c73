/** What time brings up: silent and expired sessions, closes to try again, intents without an answer, records to forget. */

import type { SweepReport, UnresolvedIntent } from '../options';
import type { EndReason, SessionRecord, SessionState } from '../store';
import { createStepWatch } from './clock-steps';
import { type Closing, namesOf } from './closing';
import { inParallel } from './in-parallel';
import { described, leaseMs, type Parts } from './parts';
import { createRecovery, type Recover, reportUnresolved, tellUnresolved } from './unresolved';
import { withinMs } from './waiting';

export interface Sweeping {
  sweep(): Promise<SweepReport>;
  closeAll(): Promise<void>;
}

type Due = SessionRecord & { readonly was: SessionState };

/** Sessions looked after at one time. Each is leased when its turn comes, so that no lease runs out in a queue. */
const AT_ONCE = 8;
/** Of one sweep; what is left is due at the next. */
const MOST_RECORDS = 5_000;
/** Of one report. */
const MOST_UNRESOLVED = 1_000;

export function createSweeping(parts: Parts, closing: Closing): Sweeping {
  const { store, clock, timings, logger } = parts;
  const watchSteps = createStepWatch(parts);

  /** Waits as long as one close may take; a slower one goes on and does not hold up the next. */
  async function isClosed(attempt: Promise<boolean>): Promise<boolean> {
    return (await withinMs(clock, timings.closeMs, attempt)) === true;
  }

  function reasonOf({ endReason, endsAt }: SessionRecord): EndReason {
    return endReason ?? (endsAt <= clock.wallNow() ? 'expired' : 'silent');
  }

  async function listUnresolved(): Promise<readonly SessionRecord[]> {
    const toldBefore = [...parts.told];
    const unresolved = await store.list(['unresolved'], MOST_UNRESOLVED);
    for (const record of unresolved) tellUnresolved(parts, record);
    const standing = new Set(unresolved.map(({ id }) => id));
    for (const id of toldBefore) if (!standing.has(id)) parts.told.delete(id);
    return unresolved;
  }

  async function sweep(): Promise<SweepReport> {
    let left = MOST_RECORDS;
    let closed = 0;
    let postponed = 0;
    const count = (done: boolean) => {
      if (done) closed += 1;
      else postponed += 1;
    };

    async function take(limit: number): Promise<readonly Due[]> {
      const now = clock.wallNow();
      const records = await store.takeDue({ now, leaseUntil: now + leaseMs(parts), limit });
      left -= records.length;
      return records;
    }

    async function handle(record: Due, recover: Recover): Promise<void> {
      switch (record.was) {
        case 'open':
        case 'closing':
          return count(await isClosed(closing.closeLeased(record, reasonOf(record))));
        case 'opening': {
          const lost = await store.update(record.id, ['opening'], { state: 'unresolved' });
          if (!lost) return;
          reportUnresolved(parts, lost);
          return recover(lost);
        }
        case 'unresolved':
          return recover(record);
        case 'closed':
        case 'failed':
          return store.forget(record.id);
      }
    }

    /** One bad record holds up nothing: its lease runs out, and it comes up again. */
    async function handled(record: Due, recover: Recover): Promise<void> {
      try {
        await handle(record, recover);
      } catch (error) {
        postponed += 1;
        logger.error('a session could not be looked after', { ...namesOf(record), ...described(error) });
      }
    }

    for (const done of await Promise.all(closing.retryUnwritten().map(isClosed))) count(done);
    await watchSteps();
    const givenUp: SessionRecord[] = [];
    const recover = createRecovery(parts, {
      onClosed: () => count(true),
      onGivenUp: (record) => void givenUp.push(record),
    });
    await inParallel(await take(AT_ONCE), AT_ONCE, async (first) => {
      let next: Due | undefined = first;
      while (next) {
        await handled(next, recover);
        [next] = left > 0 ? await take(1) : [];
      }
    });
    const unresolved = await listUnresolved();
    // For the last time, or the only one: nobody may have swept while they were unresolved.
    return { closed, postponed, unresolved: [...givenUp, ...unresolved].map(reported) };
  }

  /** What waits for another try is due at once; what another is closing is left to that one's lease. */
  async function bringForward(record: SessionRecord): Promise<void> {
    const now = clock.wallNow();
    if (record.dueAt > now + leaseMs(parts)) await store.update(record.id, ['closing'], { dueAt: now });
  }

  async function closeAll(): Promise<void> {
    const standing = await store.list(['open', 'closing'], MOST_RECORDS);
    await inParallel(standing, AT_ONCE, async (record) => {
      try {
        if (record.state === 'closing') return await bringForward(record);
        await isClosed(closing.close(record, 'shut-down'));
      } catch (error) {
        logger.error('a session could not be closed', { ...namesOf(record), ...described(error) });
      }
    });
    await sweep();
  }

  return { sweep: () => parts.track(sweep()), closeAll: () => parts.track(closeAll()) };
}

function reported({ id, service, caller, createdAt }: SessionRecord): UnresolvedIntent {
  return { id, service, caller, createdAt };
}
