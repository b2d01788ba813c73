/**
 * A service half of our own, in this process: it counts what it is asked at one time, and does what a test says. It
 * keeps sessions as a service does.
 */

import { AvatarError } from '@avatarwire/core';
import type { AvatarServiceServer, OpenedServiceSession } from '@avatarwire/services';
import type { VirtualClock } from '@avatarwire/simulator';

export interface ServiceDouble extends AvatarServiceServer {
  /** Ids of sessions that stand open. */
  readonly standing: Set<string>;
  opened: number;
  /** Closes asked for, by id. */
  readonly closes: Map<string, number>;
  /** The most closes for one id at one time. */
  mostAtOnce: number;
  /** What happens before a session is made, after it was made, and before one is closed. */
  readonly faults: {
    beforeOpen: () => Promise<void>;
    afterOpen: () => Promise<void>;
    beforeClose: () => Promise<void>;
    afterClose: () => Promise<void>;
    beforeList: () => Promise<void>;
  };
  call: NonNullable<AvatarServiceServer['call']>;
}

const nothing = async () => {};

export function serviceDouble(clock: VirtualClock, name = 'akool'): ServiceDouble {
  const closing = new Map<string, number>();
  const double: ServiceDouble = {
    name,
    providers: ['agora'],
    accepts: ['avatarId', 'durationSeconds'],
    actions: ['task'],
    standing: new Set(),
    opened: 0,
    closes: new Map(),
    mostAtOnce: 0,
    faults: {
      beforeOpen: nothing,
      afterOpen: nothing,
      beforeClose: nothing,
      afterClose: nothing,
      beforeList: nothing,
    },
    async open(request): Promise<OpenedServiceSession> {
      await double.faults.beforeOpen();
      const id = `${name}-${++double.opened}`;
      double.standing.add(id);
      const openedAt = clock.wallNow();
      await double.faults.afterOpen();
      const { durationSeconds = 300 } = request;
      const credentials = { appId: 'app', channel: id, token: 'token', uid: 1 };
      return {
        service: name,
        id,
        details: { provider: 'agora', credentials },
        openedAt,
        endsAt: openedAt + durationSeconds * 1_000,
      };
    },
    async close(session) {
      const id = typeof session === 'string' ? session : session.id;
      const atOnce = (closing.get(id) ?? 0) + 1;
      closing.set(id, atOnce);
      double.mostAtOnce = Math.max(double.mostAtOnce, atOnce);
      double.closes.set(id, (double.closes.get(id) ?? 0) + 1);
      try {
        await double.faults.beforeClose();
        const stood = double.standing.delete(id);
        await double.faults.afterClose();
        return stood ? 'closed' : 'gone';
      } finally {
        closing.set(id, atOnce - 1);
      }
    },
    async list() {
      await double.faults.beforeList();
      return [...double.standing].map((id) => ({ id, state: 'running' as const }));
    },
    call: async () => undefined,
    settled: nothing,
  };
  return double;
}

export function broken(code: 'network' | 'service-refused' = 'network'): () => Promise<never> {
  return () => Promise.reject(new AvatarError(code, 'The service is down.', { service: 'akool' }));
}

/** The next so many times, then as usual. */
export function times(count: number, fault: () => Promise<void>): () => Promise<void> {
  let left = count;
  return async () => {
    if (left-- > 0) await fault();
  };
}
