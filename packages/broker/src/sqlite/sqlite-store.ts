import { AvatarError } from '@avatarwire/core';
import type { BrokerStore, SessionState } from '../store';
import { CHANGEABLE_FIELDS, changesOf, recordOf, SESSION_FIELDS } from '../store-fields';
import {
  COUNTER_GRACE_MS,
  type CounterWindow,
  counted,
  dayOf,
  givenBack,
  idTaken,
  isKeepable,
  keepable,
  REMEMBERED_DAYS,
} from '../store-rules';
import { openDatabase } from './open-database';
import { prepareStatements, readSession, readSessions, workOn } from './session-table';

export interface SqliteStoreOptions {
  /**
   * Path of the file, on a disk of this machine (no network share). Made for its owner alone (0600) if there is none,
   * with its folder. Several processes of one machine may use it at one time. `':memory:'` keeps nothing.
   */
  readonly file: string;
  /**
   * How long a call waits while another process writes, in milliseconds; up to 60,000. The process stands still as
   * long, so it matters that the others write as shortly as this store does. @default 5000
   */
  readonly busyTimeoutMs?: number;
}

/**
 * Keeps records in a SQLite file. What it acknowledged outlives a crash of the process; after a loss of power the last
 * moments may be missing (`synchronous = NORMAL`).
 *
 * @throws AvatarError `invalid-argument`, naming the option: also when the file is corrupt, cannot be written, belongs
 * to another program or to a newer version of this one
 */
export function sqliteStore({ file, busyTimeoutMs = 5000 }: SqliteStoreOptions): BrokerStore {
  checkOptions(file, busyTimeoutMs);
  const database = openDatabase(file, busyTimeoutMs);
  const statements = prepareStatements(database);
  const { run, whole } = workOn(database);

  const find = (id: string) => (isKeepable(id) ? readSession(statements.find.get(id)) : undefined);

  return {
    begin: (intent, { perCaller, total, msPerDay }) =>
      whole(() => {
        const record = recordOf(intent);
        const { id, caller, idempotencyKey, createdAt, reservedMs } = record;
        const known = readSession(statements.findByKey.get(caller, idempotencyKey));
        if (known !== undefined) return { outcome: 'known', record: known };
        if (find(id) !== undefined) throw idTaken();
        const day = dayOf(createdAt);
        if (numberIn(statements.liveOfCaller.get(caller), 'n') >= perCaller) {
          return { outcome: 'full', bound: 'perCaller' };
        }
        if (numberIn(statements.liveInAll.get(), 'n') >= total) return { outcome: 'full', bound: 'total' };
        if (numberIn(statements.dayOfCaller.get(caller, day), 'ms') + reservedMs > msPerDay) {
          return { outcome: 'full', bound: 'msPerDay' };
        }
        statements.addToDay.run(caller, day, reservedMs);
        statements.forgetDays.run(day - REMEMBERED_DAYS);
        statements.insert.run(...SESSION_FIELDS.map((field) => record[field] ?? null));
        return { outcome: 'begun' };
      }),

    find: (id) => run(() => find(id)),

    update: (id, from, changes) =>
      whole(() => {
        const given = new Map<string, unknown>(changesOf(changes));
        const before = find(id);
        if (before === undefined || !from.includes(before.state)) return undefined;
        const back = givenBack(before, changes);
        if (back > 0) statements.giveBack.run(back, before.caller, dayOf(before.createdAt));
        statements.change.run(...CHANGEABLE_FIELDS.map((field) => given.get(field) ?? null), id);
        return find(id);
      }),

    takeDue: ({ now, leaseUntil, limit }) =>
      whole(() =>
        readSessions(statements.due.all(now, limit)).map((record) => {
          const { id, state: was } = record;
          const state = was === 'open' ? 'closing' : was;
          statements.lease.run(leaseUntil, state, id);
          return { ...record, state, dueAt: leaseUntil, was };
        }),
      ),

    list: (states, limit) =>
      run(() =>
        [...new Set(states)]
          .flatMap((state) => readSessions(statements.inState.all(state, limit)))
          .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
          .slice(0, limit),
      ),

    known: (service, serviceSessionIds) =>
      run(() => {
        const isKnown = (id: string) =>
          isKeepable(service) && isKeepable(id) && statements.ofService.get(service, id) !== undefined;
        return new Set(serviceSessionIds.filter(isKnown));
      }),

    forget: (id) =>
      run(() => {
        if (isKeepable(id)) statements.forget.run(id);
      }),

    tally: () =>
      run(() => {
        const tally = { opening: 0, open: 0, closing: 0, unresolved: 0, closed: 0, failed: 0 };
        for (const { state, n } of statements.tally.all() as { state: SessionState; n: number }[])
          tally[state] = n;
        return tally;
      }),

    count: (key, options) =>
      whole(() => {
        const before = statements.counter.get(keepable('key', key)) as CounterWindow | undefined;
        const window = counted(before, options);
        if (options.amount === 0) return window;
        if (window.resetsAt !== before?.resetsAt)
          statements.forgetCounters.run(options.now - COUNTER_GRACE_MS);
        statements.setCounter.run(key, window.used, window.resetsAt);
        return window;
      }),

    // Taking the right to write shows that the file is there and can be written.
    ready: () => whole(() => {}),

    async close() {
      if (database.isOpen) database.close();
    },
  };
}

function numberIn(row: unknown, name: string): number {
  return Number((row as Record<string, unknown> | undefined)?.[name] ?? 0);
}

function checkOptions(file: unknown, busyTimeoutMs: unknown): void {
  if (typeof file !== 'string' || file === '' || file.includes('\0') || /^file:/i.test(file)) {
    throw new AvatarError('invalid-argument', "file: must be the path of a file, or ':memory:'");
  }
  if (!Number.isInteger(busyTimeoutMs) || Number(busyTimeoutMs) < 0 || Number(busyTimeoutMs) > 60_000) {
    throw new AvatarError('invalid-argument', 'busyTimeoutMs: must be a whole number from 0 to 60000');
  }
}
