import { AvatarError } from '@avatarwire/core';
import type { BrokerStore, OpeningBounds, SessionRecord, SessionState } from '../store';
import { changesOf, FIELD_KINDS, recordOf, type SessionField } from '../store-fields';
import { idTaken, isKeepable, keepable } from '../store-rules';
import { type Connection, lentConnection, ownConnection } from './connection';
import type { RedisScripting } from './evaluate';
import { STATES } from './scripts';

export type RedisStoreOptions = {
  /** Keys begin with it, in braces: `{avatarwire}:…`. 1 to 64 of `A-Za-z0-9_.:-`. @default 'avatarwire' */
  readonly prefix?: string;
  /**
   * How long a call may take, waiting for a connection included, in milliseconds; 100 to 60,000. A call that took
   * longer rejects, and may still be carried out. @default 3000
   */
  readonly timeoutMs?: number;
} & (
  | {
      /** `redis://[user:password@]host[:port][/database]`, `rediss:` with TLS, `unix:`. The store connects and closes. */
      readonly url: string;
      readonly client?: never;
    }
  | {
      /**
       * A client that is connected, or about to be. It stays yours: connect, close and listen to its errors. What it
       * sends when it is back should not be older than `timeoutMs`: see its `commandOptions.timeout`.
       */
      readonly client: RedisScripting;
      readonly url?: never;
    }
);

/**
 * Keeps records in Redis (7 or later), for several brokers that share work. It is as durable as that Redis: have it
 * write an append-only file, and let it evict nothing (`maxmemory-policy noeviction`).
 *
 * @throws AvatarError `invalid-argument`, naming the option
 */
export function redisStore(options: RedisStoreOptions): BrokerStore {
  const { run, close } = connectionFor(options);

  return {
    async begin(intent, { perCaller, total, msPerDay }) {
      const record = recordOf(intent);
      const key = `${record.caller}\0${record.idempotencyKey}`;
      const [outcome, detail] = (await run(
        'begin',
        ...[key, perCaller, total, msPerDay],
        ...Object.entries(record).flat(),
      )) as [string, unknown];
      switch (String(outcome)) {
        case 'begun':
          return { outcome: 'begun' };
        case 'known':
          return { outcome: 'known', record: sessionOf(detail) };
        case 'full':
          return { outcome: 'full', bound: String(detail) as keyof OpeningBounds };
        default:
          throw idTaken();
      }
    },

    async find(id) {
      return isKeepable(id) ? sessionIn(await run('find', id)) : undefined;
    },

    async update(id, from, changes) {
      const given = changesOf(changes).flat();
      if (!isKeepable(id)) return undefined;
      return sessionIn(await run('update', id, from.length, ...from, ...given));
    },

    async takeDue({ now, leaseUntil, limit }) {
      const taken = (await run('takeDue', now, leaseUntil, limit)) as readonly [unknown, unknown][];
      return taken.map(([was, fields]) => ({ ...sessionOf(fields), was: String(was) as SessionState }));
    },

    async list(states, limit) {
      if (limit < 1) return [];
      const found = (await run('list', limit, ...new Set(states))) as readonly unknown[];
      return found.map(sessionOf);
    },

    async known(service, serviceSessionIds) {
      const ids = serviceSessionIds.filter(isKeepable);
      const found = (await run('known', service, ...ids)) as readonly unknown[];
      return new Set(isKeepable(service) ? ids.filter((_, index) => Number(found[index]) === 1) : []);
    },

    async forget(id) {
      if (isKeepable(id)) await run('forget', id);
    },

    async tally() {
      const counts = (await run('tally', ...STATES)) as readonly unknown[];
      const tally = STATES.map((state, index) => [state, Number(counts[index])] as const);
      return Object.fromEntries(tally) as Record<SessionState, number>;
    },

    async count(key, { amount, windowMs, now }) {
      const [used, resetsAt] = (await run('count', keepable('key', key), amount, windowMs, now)) as unknown[];
      return { used: Number(used), resetsAt: Number(resetsAt) };
    },

    async ready() {
      await run('ready');
    },

    close,
  };
}

function connectionFor({
  url,
  client,
  prefix = 'avatarwire',
  timeoutMs = 3000,
}: RedisStoreOptions): Connection {
  if (typeof prefix !== 'string' || !/^[\w.:-]{1,64}$/.test(prefix)) {
    throw new AvatarError('invalid-argument', 'prefix: must be 1 to 64 characters of A-Za-z0-9_.:-');
  }
  if (!(Number.isInteger(timeoutMs) && timeoutMs >= 100 && timeoutMs <= 60_000)) {
    throw new AvatarError('invalid-argument', 'timeoutMs: must be a whole number from 100 to 60000');
  }
  const key = `{${prefix}}`;
  if (url !== undefined && client !== undefined) {
    throw new AvatarError('invalid-argument', 'client: cannot be given together with url');
  }
  if (client !== undefined) return lentConnection(client, key, timeoutMs);
  if (typeof url === 'string' && /^(?:rediss?|unix):\/\//.test(url))
    return ownConnection(url, key, timeoutMs);
  throw new AvatarError('invalid-argument', 'url: is no address of a Redis, such as redis://localhost:6379');
}

function sessionIn(fields: unknown): SessionRecord | undefined {
  return (fields as readonly unknown[]).length === 0 ? undefined : sessionOf(fields);
}

/** Redis answers with names and values in turn; a client may be set to give them as buffers. */
function sessionOf(fields: unknown): SessionRecord {
  const flat = (fields as readonly unknown[]).map(String);
  const entries = flat.flatMap((name, at) => {
    if (at % 2 === 1) return [];
    const value = flat[at + 1];
    return [[name, FIELD_KINDS[name as SessionField] === 'number' ? Number(value) : value]];
  });
  return Object.fromEntries(entries) as SessionRecord;
}
