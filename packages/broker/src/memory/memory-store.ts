import type { BrokerStore, SessionRecord, SessionState } from '../store';
import { changesOf, recordOf } from '../store-fields';
import {
  COUNTER_GRACE_MS,
  type CounterWindow,
  closedStore,
  counted,
  dayOf,
  givenBack,
  idTaken,
  isLive,
  keepable,
  REMEMBERED_DAYS,
} from '../store-rules';

/**
 * Keeps everything in this process: for tests, and for a single isolate. **It forgets**: when the process ends, nobody
 * knows of the paid sessions that stand open, and they cost until their service ends them. Two of them share nothing.
 *
 * Runs wherever JavaScript does.
 */
export function memoryStore(): BrokerStore {
  const records = new Map<string, SessionRecord>();
  const keys = new Map<string, string>();
  const live = new Set<string>();
  const days = dayTimes();
  const counters = windows();
  let closed = false;

  function assertOpen(): void {
    if (closed) throw closedStore();
  }

  function put(record: SessionRecord): SessionRecord {
    records.set(record.id, Object.freeze(record));
    if (isLive(record.state)) live.add(record.id);
    else live.delete(record.id);
    return record;
  }

  const keyOf = ({ caller, idempotencyKey }: Pick<SessionRecord, 'caller' | 'idempotencyKey'>) =>
    JSON.stringify([caller, idempotencyKey]);

  // No method waits for anything: each runs as a whole.
  return {
    async begin(intent, { perCaller, total, msPerDay }) {
      assertOpen();
      const record = recordOf(intent);
      const known = records.get(keys.get(keyOf(intent)) ?? '');
      if (known !== undefined) return { outcome: 'known', record: known };
      if (records.has(intent.id)) throw idTaken();
      const own = [...live].filter((id) => records.get(id)?.caller === intent.caller);
      if (own.length >= perCaller) return { outcome: 'full', bound: 'perCaller' };
      if (live.size >= total) return { outcome: 'full', bound: 'total' };
      const day = dayOf(intent.createdAt);
      if (days.of(intent.caller, day) + intent.reservedMs > msPerDay) {
        return { outcome: 'full', bound: 'msPerDay' };
      }
      days.add(intent.caller, day, intent.reservedMs);
      days.forgetBefore(day - REMEMBERED_DAYS);
      put(record);
      keys.set(keyOf(record), record.id);
      return { outcome: 'begun' };
    },

    async find(id) {
      assertOpen();
      return records.get(id);
    },

    async update(id, from, changes) {
      assertOpen();
      const given = Object.fromEntries(changesOf(changes));
      const before = records.get(id);
      if (before === undefined || !from.includes(before.state)) return undefined;
      days.giveBack(before.caller, dayOf(before.createdAt), givenBack(before, changes));
      return put({ ...before, ...given });
    },

    async takeDue({ now, leaseUntil, limit }) {
      assertOpen();
      return [...records.values()]
        .filter(({ dueAt }) => dueAt <= now)
        .sort((a, b) => a.dueAt - b.dueAt || byId(a, b))
        .slice(0, limit)
        .map((record) => {
          const { state: was } = record;
          const state = was === 'open' ? 'closing' : was;
          return { ...put({ ...record, state, dueAt: leaseUntil }), was };
        });
    },

    async list(states, limit) {
      assertOpen();
      return [...records.values()]
        .filter(({ state }) => states.includes(state))
        .sort((a, b) => a.createdAt - b.createdAt || byId(a, b))
        .slice(0, limit);
    },

    async known(service, serviceSessionIds) {
      assertOpen();
      const ours = new Set<string>();
      for (const record of records.values()) {
        if (record.service === service && record.serviceSessionId !== undefined)
          ours.add(record.serviceSessionId);
      }
      return new Set(serviceSessionIds.filter((id) => ours.has(id)));
    },

    async forget(id) {
      assertOpen();
      const record = records.get(id);
      if (record === undefined || isLive(record.state)) return;
      records.delete(id);
      keys.delete(keyOf(record));
    },

    async tally() {
      assertOpen();
      const tally: Record<SessionState, number> = {
        ...{ opening: 0, open: 0, closing: 0, unresolved: 0 },
        ...{ closed: 0, failed: 0 },
      };
      for (const { state } of records.values()) tally[state] += 1;
      return tally;
    },

    async count(key, options) {
      assertOpen();
      return counters.count(keepable('key', key), options);
    },

    async ready() {
      assertOpen();
    },

    async close() {
      closed = true;
      records.clear();
      keys.clear();
      live.clear();
    },
  };
}

function byId(a: SessionRecord, b: SessionRecord): number {
  return a.id < b.id ? -1 : 1;
}

/** Session time by caller and day. */
function dayTimes() {
  const days = new Map<number, Map<string, number>>();
  return {
    of: (caller: string, day: number) => days.get(day)?.get(caller) ?? 0,
    add(caller: string, day: number, ms: number) {
      const callers = days.get(day) ?? new Map<string, number>();
      days.set(day, callers.set(caller, (callers.get(caller) ?? 0) + ms));
    },
    giveBack(caller: string, day: number, ms: number) {
      const callers = days.get(day);
      const used = callers?.get(caller);
      if (used !== undefined) callers?.set(caller, used - ms);
    },
    forgetBefore(first: number) {
      for (const day of days.keys()) if (day < first) days.delete(day);
    },
  };
}

/** Counters, without those that are over: they are looked for whenever there are twice as many as after the last look. */
function windows() {
  const counters = new Map<string, CounterWindow>();
  let lookAt = 1024;
  return {
    count(
      key: string,
      options: { readonly amount: number; readonly windowMs: number; readonly now: number },
    ) {
      const window = counted(counters.get(key), options);
      if (options.amount === 0) return window;
      counters.set(key, window);
      if (counters.size >= lookAt) {
        for (const [each, { resetsAt }] of counters)
          if (resetsAt <= options.now - COUNTER_GRACE_MS) counters.delete(each);
        lookAt = Math.max(1024, 2 * counters.size);
      }
      return window;
    },
  };
}
