/** The keeper of paid sessions: what the parts beside this file do, behind one contract. */

import { isAvatarError } from '@avatarwire/core';
import type { Caller } from '../options';
import type { SessionRecord } from '../store';
import { CLOSE_ANSWER_MS, createClosing } from './closing';
import { digestOf, sameDigest } from './digests';
import { isSessionId } from './ids';
import type { SessionKeeper } from './keeper';
import { createOpening } from './opening';
import { assemble, type KeeperOptions } from './parts';
import { noSuchAction, noSuchSession } from './refusals';
import { serviceRefusal } from './service-refusals';
import { createSweeping } from './sweeping';
import { withinMs } from './waiting';

export type { KeeperOptions } from './parts';

/** Compared with where there is no record, so that both ways are of one length. */
const NO_DIGEST = 'A'.repeat(43);

/** Keeps no state that matters: what counts stands in the store, and the next keeper goes on with it. */
export function createKeeper(options: KeeperOptions): SessionKeeper {
  const parts = assemble(options);
  const { store, clock, timings } = parts;
  const closing = createClosing(parts);
  const opening = createOpening(parts, closing);
  const { sweep, closeAll } = createSweeping(parts, closing);

  async function find(id: string): Promise<SessionRecord | undefined> {
    return isSessionId(id) ? store.find(id) : undefined;
  }

  async function owned(caller: Caller, id: string): Promise<SessionRecord> {
    const record = await find(id);
    if (record?.caller !== caller.id || record.state !== 'open') throw noSuchSession();
    return record;
  }

  return {
    open: opening.open,

    async close(id, closeSecret, admit) {
      const digest = await digestOf(closeSecret);
      const record = await find(id);
      const right = sameDigest(digest, record?.closeSecretDigest ?? NO_DIGEST);
      if (!record || !right) throw noSuchSession();
      await admit?.();
      switch (record.state) {
        case 'closed':
        case 'failed':
          return 'closed';
        case 'opening':
        case 'unresolved':
          return 'closing';
        case 'open':
        case 'closing': {
          const attempt = record.state === 'open' ? closing.close(record, 'requested') : closing.underWay(id);
          const closed = attempt && (await withinMs(clock, CLOSE_ANSWER_MS, attempt));
          return closed === true ? 'closed' : 'closing';
        }
      }
    },

    async beat(caller, id, admit) {
      const session = await owned(caller, id);
      await admit?.(session);
      const heardAt = clock.wallNow();
      const dueAt = Math.min(session.endsAt, heardAt + timings.silenceMs);
      if (!(await store.update(id, ['open'], { heardAt, dueAt }))) throw noSuchSession();
    },

    owned,

    async call(session, action, body, signal) {
      const service = parts.services.get(session.service);
      const { serviceSessionId } = session;
      if (session.state !== 'open' || serviceSessionId === undefined) throw noSuchSession();
      if (!service?.call || !service.actions.includes(action)) throw noSuchAction(session.service);
      try {
        return await parts.track(service.call(serviceSessionId, action, body, { signal }));
      } catch (error) {
        if (signal.aborted && error === signal.reason) throw error;
        if (isAvatarError(error) && error.code === 'session-gone') {
          // Asked to close it all the same: a session that is called gone by mistake would be paid for.
          await closing.closeSoon(session, 'expired');
        }
        throw serviceRefusal('call', service.name, error);
      }
    },

    sweep,
    settled: parts.settled,
    stop: opening.stop,
    async closeAll() {
      await opening.underWay();
      await closeAll();
    },
  };
}
