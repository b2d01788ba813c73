import fc from 'fast-check';
import { expect } from 'vitest';
import { memoryStore } from '../../src/memory';
import type { BrokerStore, SessionState } from '../../src/store';
import { HOUR, intentOf, NOON } from './records';
import type { Database } from './store-cases';

const few = <Value>(...values: readonly Value[]) => fc.constantFrom(...values);
const ids = few('a', 'b', 'c', 'd', 'e', 'f');
const states = few<SessionState>('opening', 'open', 'closing', 'unresolved', 'closed', 'failed');
// Fractions too: a clock need not count whole milliseconds.
const spans = few(0, 0.1, 1, HOUR / 3, HOUR, 2 * HOUR);
const times = fc.oneof(
  fc.integer({ min: NOON, max: NOON + 20 }),
  few(NOON + 0.3, NOON - 12 * HOUR - 1, NOON + 12 * HOUR),
);
const texts = fc.oneof(few('x', 'y', 'z'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }));
const bounds = fc.record({
  perCaller: fc.integer({ min: 0, max: 4 }),
  total: fc.integer({ min: 0, max: 6 }),
  msPerDay: few(0, HOUR, 5 * HOUR, Infinity),
});

/** One call, the same on two stores. */
type Call = (store: BrokerStore) => Promise<unknown>;

const begin = fc
  .tuple(ids, few('ann', 'bob', 'ann bob'), few('k1', 'k2', 'k3', 'k4'), times, times, spans, bounds)
  .map(([id, caller, idempotencyKey, createdAt, dueAt, reservedMs, wanted]): Call => {
    const intent = intentOf({ id, caller, idempotencyKey, createdAt, dueAt, reservedMs });
    return (store) => store.begin(intent, wanted);
  });
const update = fc
  .tuple(
    ids,
    fc.array(states, { maxLength: 4 }),
    fc.record(
      { state: states, dueAt: times, serviceSessionId: texts, usedMs: spans, heardAt: times },
      { requiredKeys: [] },
    ),
  )
  .map(
    ([id, from, changes]): Call =>
      (store) =>
        store.update(id, from, changes),
  );
const takeDue = fc.tuple(times, spans, fc.integer({ min: 0, max: 4 })).map(([now, leaseMs, limit]): Call => {
  // Beyond all times here, so that nothing is taken twice by one and the same look.
  const leaseUntil = now + leaseMs + 1;
  return (store) => store.takeDue({ now, leaseUntil, limit });
});
const list = fc.tuple(fc.array(states, { maxLength: 6 }), fc.integer({ min: 0, max: 5 })).map(
  ([wanted, limit]): Call =>
    (store) =>
      store.list(wanted, limit),
);
const known = fc.tuple(few('akool', 'heygen'), fc.array(texts, { maxLength: 5 })).map(
  ([service, wanted]): Call =>
    (store) =>
      store.known(service, wanted),
);
const count = fc.tuple(few('1', '2'), fc.integer({ min: -3, max: 3 }), few(1, 7.5, HOUR), times).map(
  ([key, amount, windowMs, now]): Call =>
    (store) =>
      store.count(key, { amount, windowMs, now }),
);
const find = ids.map(
  (id): Call =>
    (store) =>
      store.find(id),
);
const forget = ids.map(
  (id): Call =>
    (store) =>
      store.forget(id),
);
const tally = fc.constant<Call>((store) => store.tally());

const calls = fc.array(
  fc.oneof(
    { arbitrary: begin, weight: 4 },
    { arbitrary: update, weight: 5 },
    { arbitrary: takeDue, weight: 2 },
    ...[list, known, count, find, forget, tally].map((arbitrary) => ({ arbitrary, weight: 1 })),
  ),
  { minLength: 5, maxLength: 60 },
);

/** Whatever is called in whatever order: every answer is that of the memory store. */
export function answersAsMemory(open: () => Promise<Database>): fc.IAsyncPropertyWithHooks<[Call[]]> {
  return fc.asyncProperty(calls, async (sequence) => {
    const database = await open();
    const [subject, model] = [database.store(), memoryStore()];
    try {
      for (const call of sequence) {
        expect(await answer(call, subject)).toEqual(await answer(call, model));
      }
    } finally {
      await database.end();
    }
  });
}

async function answer(call: Call, store: BrokerStore): Promise<unknown> {
  try {
    return await call(store);
  } catch (error) {
    return { rejected: error instanceof Error ? error.message : error };
  }
}
