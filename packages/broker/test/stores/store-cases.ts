import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BrokerStore, SessionChanges, SessionIntent, SessionState } from '../../src/store';
import { HOUR, intentOf, NOON, wide } from './records';

/** A database that is empty, and stores on it. */
export interface Database {
  /** One more store on it. Where there is one only, that one. */
  store(): BrokerStore;
  /** Closes the stores and takes the database away. */
  end(): Promise<void>;
}

/** What is true of every store. Each case has a database of its own. */
export function storeCases(what: string, open: () => Promise<Database>): void {
  describe(`the contract of a store, on ${what}`, () => {
    let database: Database;
    let store: BrokerStore;

    beforeEach(async () => {
      database = await open();
      store = database.store();
      await store.ready();
    });
    afterEach(() => database.end());

    async function begun(given: Partial<SessionIntent> = {}): Promise<SessionIntent> {
      const intent = intentOf(given);
      expect(await store.begin(intent, wide)).toEqual({ outcome: 'begun' });
      return intent;
    }

    async function inState(state: SessionState, given: Partial<SessionIntent> = {}): Promise<SessionIntent> {
      const intent = await begun(given);
      await store.update(intent.id, ['opening'], { state });
      return intent;
    }

    /** How much session time one could still open that day: found out by what is refused. */
    async function usedOfDay(caller: string, createdAt = NOON): Promise<number> {
      for (let ms = 0; ; ms += HOUR / 4) {
        const probe = intentOf({ caller, createdAt, reservedMs: 0 });
        const { outcome } = await store.begin(probe, { ...wide, msPerDay: ms });
        if (outcome === 'full') continue;
        await store.update(probe.id, ['opening'], { state: 'failed' });
        await store.forget(probe.id);
        return ms;
      }
    }

    describe('begin', () => {
      test('writes the intent as it is, in state opening, with no attempts', async () => {
        const intent = await begun({ caller: 'Ünïcode "quoted" \' {tag} 🙂', createdAt: NOON + 0.25 });

        expect(await store.find(intent.id)).toEqual({ ...intent, state: 'opening', attempts: 0 });
      });

      test('writes none but the fields of a record', async () => {
        const intent = intentOf();
        await store.begin(Object.assign({ closeSecret: 'a secret' }, intent), wide);

        expect(await store.find(intent.id)).toEqual({ ...intent, state: 'opening', attempts: 0 });
      });

      test('a key that its caller has used is answered with that record, whatever became of it', async () => {
        const first = await begun({ idempotencyKey: 'k'.repeat(16) });
        const again = intentOf({ idempotencyKey: 'k'.repeat(16), fingerprint: 'another' });
        expect(await store.begin(again, wide)).toEqual({
          outcome: 'known',
          record: { ...first, state: 'opening', attempts: 0 },
        });

        await store.update(first.id, ['opening'], { state: 'failed', endReason: 'open-failed', usedMs: 0 });
        expect(await store.begin(again, { ...wide, total: 0 })).toMatchObject({
          outcome: 'known',
          record: { id: first.id, state: 'failed' },
        });
        expect(await store.find(again.id)).toBeUndefined();
      });

      test('the same key of another caller is another key', async () => {
        await begun({ idempotencyKey: 'k'.repeat(16), caller: 'ann' });
        await begun({ idempotencyKey: 'k'.repeat(16), caller: 'bob' });
        await begun({ idempotencyKey: 'a b', caller: 'a' });
        await begun({ idempotencyKey: 'b', caller: 'a a' });
      });

      test('rejects when there is a record of that id, and changes nothing', async () => {
        const intent = await begun();
        const other = intentOf({ id: intent.id, caller: 'bob' });

        await expect(store.begin(other, wide)).rejects.toMatchObject({
          code: 'invalid-argument',
          message: expect.stringMatching(/^id:/),
        });
        expect(await store.find(intent.id)).toMatchObject({ caller: 'ann' });
        expect(await usedOfDay('bob')).toBe(0);
      });

      test.each(['opening', 'open', 'closing', 'unresolved'] as const)(
        'a session in state %s takes a place of its caller and one in all',
        async (state) => {
          await inState(state);

          expect(await store.begin(intentOf(), { ...wide, perCaller: 1 })).toEqual({
            outcome: 'full',
            bound: 'perCaller',
          });
          expect(await store.begin(intentOf({ caller: 'bob' }), { ...wide, total: 1 })).toEqual({
            outcome: 'full',
            bound: 'total',
          });
          expect(await store.begin(intentOf({ caller: 'bob' }), { ...wide, perCaller: 1 })).toEqual({
            outcome: 'begun',
          });
        },
      );

      test.each(['closed', 'failed'] as const)('a session in state %s takes no place', async (state) => {
        await inState(state);

        expect(await store.begin(intentOf(), { ...wide, perCaller: 1, total: 1 })).toEqual({
          outcome: 'begun',
        });
      });

      test('what may stand open is counted against the day of the caller, up to its end', async () => {
        const bounds = { ...wide, msPerDay: 2 * HOUR };
        expect(await store.begin(intentOf(), bounds)).toEqual({ outcome: 'begun' });
        expect(await store.begin(intentOf({ reservedMs: HOUR + 0.5 }), bounds)).toEqual({
          outcome: 'full',
          bound: 'msPerDay',
        });
        expect(await store.begin(intentOf(), bounds)).toEqual({ outcome: 'begun' });
        expect(await store.begin(intentOf({ reservedMs: 1 }), bounds)).toMatchObject({ bound: 'msPerDay' });
        expect(await store.begin(intentOf({ caller: 'bob' }), bounds)).toEqual({ outcome: 'begun' });
      });

      test('days are those of UTC', async () => {
        const midnight = Date.UTC(2026, 10, 21);
        await begun({ createdAt: midnight - 1 });

        expect(await usedOfDay('ann', midnight - 1)).toBe(HOUR);
        expect(await usedOfDay('ann', midnight)).toBe(0);
      });

      test('session time is remembered for a week', async () => {
        await begun({ createdAt: NOON });
        await begun({ createdAt: NOON + 7 * 24 * HOUR, caller: 'bob' });

        expect(await usedOfDay('ann', NOON)).toBe(HOUR);
      });

      test('of several bounds the first is named, and nothing is written', async () => {
        await begun();
        const late = intentOf();
        const none = { perCaller: 1, total: 1, msPerDay: 0 };
        expect(await store.begin(late, none)).toEqual({ outcome: 'full', bound: 'perCaller' });
        expect(await store.begin(late, { ...none, perCaller: 2 })).toEqual({
          outcome: 'full',
          bound: 'total',
        });
        expect(await store.begin(late, { ...none, perCaller: 2, total: 2 })).toEqual({
          outcome: 'full',
          bound: 'msPerDay',
        });

        expect(await store.find(late.id)).toBeUndefined();
        expect(await store.tally()).toMatchObject({ opening: 1 });
        expect(await usedOfDay('ann')).toBe(HOUR);
        expect(await store.begin(late, wide)).toEqual({ outcome: 'begun' });
      });

      test.each(['a\0b', 'half a pair \uD800'])(
        'a text that no database keeps is refused: %j',
        async (caller) => {
          const intent = intentOf({ caller });

          await expect(store.begin(intent, wide)).rejects.toMatchObject({
            code: 'invalid-argument',
            message: expect.stringMatching(/^caller:/),
          });
          expect(await store.find(intent.id)).toBeUndefined();
        },
      );
    });

    describe('find and update', () => {
      test('there is no record of an id that nobody wrote', async () => {
        const { id } = await begun();

        for (const other of ['nobody', '', `${id}\0`, `${id}\uD800`]) {
          expect(await store.find(other)).toBeUndefined();
          expect(await store.update(other, ['opening'], { state: 'failed' })).toBeUndefined();
        }
      });

      test('every field that may change does, and the others stay', async () => {
        const intent = await begun();
        const opened: SessionChanges = {
          ...{ state: 'open', serviceSessionId: 'theirs', openedAt: NOON + 1 },
          ...{ endsAt: NOON + 2, dueAt: NOON + 3, heardAt: NOON + 4 },
        };
        expect(await store.update(intent.id, ['opening'], opened)).toEqual({
          ...intent,
          ...opened,
          attempts: 0,
        });

        const ended: SessionChanges = {
          ...{ state: 'closed', endedAt: NOON + 5, endReason: 'silent' },
          ...{ usedMs: 12.5, attempts: 3, dueAt: 0 },
        };
        expect(await store.update(intent.id, ['open'], ended)).toEqual({ ...intent, ...opened, ...ended });
        expect(await store.find(intent.id)).toEqual({ ...intent, ...opened, ...ended });
      });

      test('what may not change does not', async () => {
        const intent = await begun();
        const forged = { dueAt: 1, caller: 'bob', id: 'other', reservedMs: 0, createdAt: 0 };

        expect(await store.update(intent.id, ['opening'], forged)).toEqual({
          ...intent,
          ...{ state: 'opening', attempts: 0, dueAt: 1 },
        });
      });

      test('a change of nothing finds the record', async () => {
        const { id } = await begun();

        expect(await store.update(id, ['open', 'opening'], {})).toMatchObject({ id, state: 'opening' });
      });

      test('a record in another state is left alone', async () => {
        const { id } = await inState('open');
        const before = await store.find(id);

        expect(
          await store.update(id, ['opening', 'closing'], { state: 'failed', usedMs: 0 }),
        ).toBeUndefined();
        expect(await store.update(id, [], { state: 'failed' })).toBeUndefined();
        expect(await store.find(id)).toEqual(before);
        expect(await usedOfDay('ann')).toBe(HOUR);
      });

      test('a text that no database keeps is refused', async () => {
        const { id } = await begun();

        await expect(store.update(id, ['opening'], { serviceSessionId: 'a\0b' })).rejects.toMatchObject({
          code: 'invalid-argument',
          message: expect.stringMatching(/^serviceSessionId:/),
        });
        expect(await store.find(id)).not.toHaveProperty('serviceSessionId');
      });

      test('unused time goes back to the day exactly once', async () => {
        const { id } = await begun();
        await begun({ caller: 'bob' });
        await store.update(id, ['opening'], { state: 'closed', usedMs: HOUR / 4 });
        expect(await usedOfDay('ann')).toBe(HOUR / 4);

        await store.update(id, ['closed'], { usedMs: 0 });
        await store.update(id, ['closed'], { state: 'closed', usedMs: 0 });
        expect(await usedOfDay('ann')).toBe(HOUR / 4);
        expect(await usedOfDay('bob')).toBe(HOUR);
      });

      test('a state without a span gives nothing back, and the span does later', async () => {
        const { id } = await begun();
        await store.update(id, ['opening'], { state: 'failed' });
        expect(await usedOfDay('ann')).toBe(HOUR);

        await store.update(id, ['failed'], { usedMs: 0 });
        expect(await usedOfDay('ann')).toBe(0);
      });

      test('longer than was reserved takes and gives nothing', async () => {
        const { id } = await begun();
        await store.update(id, ['opening'], { state: 'closed', usedMs: 2 * HOUR });

        expect(await usedOfDay('ann')).toBe(HOUR);
      });

      test('time goes back to the day on which the session began', async () => {
        const { id } = await begun({ createdAt: NOON - 24 * HOUR });
        await begun({ createdAt: NOON });
        await store.update(id, ['opening'], { state: 'closed', usedMs: 0, endedAt: NOON });

        expect(await usedOfDay('ann', NOON - 24 * HOUR)).toBe(0);
        expect(await usedOfDay('ann', NOON)).toBe(HOUR);
      });

      test('of a day that is forgotten nothing is given back', async () => {
        const { id } = await begun({ createdAt: NOON });
        await begun({ createdAt: NOON + 20 * 24 * HOUR });
        await store.update(id, ['opening'], { state: 'closed', usedMs: 0 });

        expect(await usedOfDay('ann', NOON)).toBe(0);
      });
    });

    describe('takeDue', () => {
      const look = { now: NOON, leaseUntil: NOON + 25_000, limit: 10 };

      test('takes what is due by now, the earliest first, and leases it', async () => {
        const third = await begun({ dueAt: NOON });
        const first = await begun({ dueAt: NOON - 2 });
        const second = await begun({ dueAt: NOON - 1 });
        await begun({ dueAt: NOON + 1 });

        const taken = await store.takeDue(look);
        expect(taken).toEqual(
          [first, second, third].map((intent) => ({
            ...intent,
            ...{ state: 'opening', was: 'opening', attempts: 0, dueAt: look.leaseUntil },
          })),
        );
        expect(await store.find(first.id)).toMatchObject({ dueAt: look.leaseUntil });
        expect(await store.find(first.id)).not.toHaveProperty('was');
      });

      test('takes no more than asked for', async () => {
        const early = await begun({ dueAt: NOON - 1 });
        await begun({ dueAt: NOON });

        expect(await store.takeDue({ ...look, limit: 0 })).toEqual([]);
        expect((await store.takeDue({ ...look, limit: 1 })).map(({ id }) => id)).toEqual([early.id]);
      });

      test.each([
        ['opening', 'opening'],
        ['open', 'closing'],
        ['closing', 'closing'],
        ['unresolved', 'unresolved'],
        ['closed', 'closed'],
        ['failed', 'failed'],
      ] as const)('one that was %s is %s then', async (was, state) => {
        const { id } = await inState(was, { dueAt: NOON });

        expect(await store.takeDue(look)).toMatchObject([{ id, was, state }]);
        expect(await store.find(id)).toMatchObject({ state });
        expect(await store.tally()).toMatchObject({ [state]: 1 });
        expect((await store.list([state], 10)).map((record) => record.id)).toEqual([id]);
      });

      test('what is leased is due again when the lease is over, and not before', async () => {
        const { id } = await begun({ dueAt: NOON });
        await store.takeDue(look);

        expect(await store.takeDue({ ...look, now: look.leaseUntil - 1 })).toEqual([]);
        expect(
          await store.takeDue({ ...look, now: look.leaseUntil, leaseUntil: look.leaseUntil + 1 }),
        ).toMatchObject([{ id }]);
      });

      test('a change sets when it is due', async () => {
        const { id } = await begun({ dueAt: NOON });
        await store.update(id, ['opening'], { dueAt: NOON + 1 });
        expect(await store.takeDue(look)).toEqual([]);

        await store.update(id, ['opening'], { dueAt: NOON - 1 });
        expect(await store.takeDue(look)).toMatchObject([{ id }]);
      });
    });

    describe('list, known, tally, forget', () => {
      test('lists sessions in the states asked for, the oldest first', async () => {
        const young = await inState('open', { createdAt: NOON + 2 });
        const same = [await inState('closing', { id: 'b' }), await inState('open', { id: 'a' })];
        const old = await inState('closing', { createdAt: NOON - 1 });
        await inState('closed', { createdAt: NOON - 2 });

        const ids = async (states: SessionState[], limit: number) =>
          (await store.list(states, limit)).map(({ id }) => id);
        expect(await ids(['open', 'closing'], 10)).toEqual([old.id, 'a', 'b', young.id]);
        expect(await ids(['open', 'closing', 'open'], 2)).toEqual([old.id, 'a']);
        expect(await ids(['closing'], 10)).toEqual([old.id, same[0]?.id]);
        expect(await ids(['open'], 0)).toEqual([]);
        expect(await ids([], 10)).toEqual([]);
        expect(await ids(['failed'], 10)).toEqual([]);
      });

      test('lists whole records', async () => {
        const intent = await begun();

        expect(await store.list(['opening'], 1)).toEqual([{ ...intent, state: 'opening', attempts: 0 }]);
      });

      test('knows the ids of a service whatever the state of their records, until they are forgotten', async () => {
        const { id } = await begun({ service: 'akool' });
        await store.update(id, ['opening'], { state: 'open', serviceSessionId: 'one' });
        const asked = ['two', 'one', 'on', 'one\0', 'one\uD800'];
        expect(await store.known('akool', asked)).toEqual(new Set(['one']));
        expect(await store.known('heygen', asked)).toEqual(new Set());
        expect(await store.known('akool', [])).toEqual(new Set());

        await store.update(id, ['open'], { state: 'closed' });
        expect(await store.known('akool', asked)).toEqual(new Set(['one']));
        await store.forget(id);
        expect(await store.known('akool', asked)).toEqual(new Set());
      });

      test('an id that two records have stays known with the second, and one that was replaced does not', async () => {
        const [one, two] = [await begun(), await begun()];
        await store.update(one.id, ['opening'], { serviceSessionId: 'x' });
        await store.update(one.id, ['opening'], { serviceSessionId: 'x' });
        await store.update(two.id, ['opening'], { serviceSessionId: 'x' });
        await store.update(one.id, ['opening'], { serviceSessionId: 'y', state: 'failed' });
        expect(await store.known('akool', ['x', 'y'])).toEqual(new Set(['x', 'y']));

        await store.update(two.id, ['opening'], { serviceSessionId: 'z' });
        await store.forget(one.id);
        expect(await store.known('akool', ['x', 'y', 'z'])).toEqual(new Set(['z']));
      });

      test('counts the records of each state', async () => {
        await begun();
        await inState('open');
        await inState('open');
        await inState('failed');

        expect(await store.tally()).toEqual({
          ...{ opening: 1, open: 2, closing: 0, unresolved: 0 },
          ...{ closed: 0, failed: 1 },
        });
      });

      test.each(['closed', 'failed'] as const)('forgets a record in state %s, and its key', async (state) => {
        const intent = await inState(state, { dueAt: NOON });
        await store.forget(intent.id);
        await store.forget(intent.id);
        await store.forget('nobody');

        expect(await store.find(intent.id)).toBeUndefined();
        expect(await store.list([state], 10)).toEqual([]);
        expect(await store.tally()).toMatchObject({ [state]: 0 });
        expect(await store.takeDue({ now: NOON, leaseUntil: NOON + 1, limit: 10 })).toEqual([]);
        expect(await store.begin(intent, { ...wide, perCaller: 1 })).toEqual({ outcome: 'begun' });
      });

      test.each(['opening', 'open', 'closing', 'unresolved'] as const)(
        'a record in state %s is not forgotten',
        async (state) => {
          const { id } = await inState(state);
          await store.forget(id);

          expect(await store.find(id)).toMatchObject({ state });
        },
      );

      test('what a session used of its day stays used when it is forgotten', async () => {
        const { id } = await begun();
        await store.update(id, ['opening'], { state: 'closed', usedMs: HOUR / 2 });
        await store.forget(id);

        expect(await usedOfDay('ann')).toBe(HOUR / 2);
      });
    });

    describe('count', () => {
      const minute = { amount: 1, windowMs: 60_000, now: NOON };

      test('adds up within a window that begins with the first call', async () => {
        expect(await store.count('a', minute)).toEqual({ used: 1, resetsAt: NOON + 60_000 });
        expect(await store.count('a', { ...minute, amount: 2.5, now: NOON + 59_999 })).toEqual({
          used: 3.5,
          resetsAt: NOON + 60_000,
        });
      });

      test('begins anew with the first call after the window is over', async () => {
        await store.count('a', minute);

        expect(await store.count('a', { ...minute, now: NOON + 60_000 })).toEqual({
          used: 1,
          resetsAt: NOON + 120_000,
        });
        expect(await store.count('a', { ...minute, now: NOON + 500_000 })).toEqual({
          used: 1,
          resetsAt: NOON + 560_000,
        });
      });

      test('amount 0 looks only, and begins no window', async () => {
        const look = { ...minute, amount: 0 };
        expect(await store.count('a', look)).toEqual({ used: 0, resetsAt: NOON + 60_000 });
        expect(await store.count('a', { ...minute, now: NOON + 10 })).toEqual({
          used: 1,
          resetsAt: NOON + 60_010,
        });
        expect(await store.count('a', { ...look, now: NOON + 20 })).toEqual({
          used: 1,
          resetsAt: NOON + 60_010,
        });
      });

      test('less than 0 gives back, and never more than there was', async () => {
        await store.count('a', { ...minute, amount: 5 });
        expect(await store.count('a', { ...minute, amount: -2 })).toMatchObject({ used: 3 });
        expect(await store.count('a', { ...minute, amount: -9 })).toMatchObject({ used: 0 });
      });

      test('counters of other names are other counters', async () => {
        await store.count('a', minute);

        expect(await store.count('b', minute)).toMatchObject({ used: 1 });
        expect(await store.count('{a}:🙂 ', minute)).toMatchObject({ used: 1 });
        await expect(store.count('a\0', minute)).rejects.toMatchObject({ code: 'invalid-argument' });
      });

      test('a clock that is set back a little changes nothing, and one set back far ends the window', async () => {
        await store.count('a', minute);
        expect(await store.count('a', { ...minute, now: NOON - 60_000 })).toEqual({
          used: 2,
          resetsAt: NOON + 60_000,
        });
        expect(await store.count('a', { ...minute, now: NOON - 60_001 })).toEqual({
          used: 1,
          resetsAt: NOON - 1,
        });
      });
    });

    describe('many at one time', () => {
      const hundred = Array.from({ length: 100 }, (_, index) => index);

      test('of a hundred begins with one key one is begun, and the others get its record', async () => {
        const stores = hundred.map((index) => (index < 3 ? database.store() : store));
        const intents = hundred.map(() => intentOf({ idempotencyKey: 'k'.repeat(16) }));
        const outcomes = await Promise.all(
          intents.map((intent, index) => (stores[index % 3] ?? store).begin(intent, wide)),
        );

        const winner = intents[outcomes.findIndex(({ outcome }) => outcome === 'begun')];
        expect(outcomes.filter(({ outcome }) => outcome === 'begun')).toHaveLength(1);
        for (const outcome of outcomes) {
          if (outcome.outcome !== 'begun') {
            expect(outcome).toMatchObject({ outcome: 'known', record: { id: winner?.id } });
          }
        }
        expect(await store.tally()).toMatchObject({ opening: 1 });
        expect(await usedOfDay('ann')).toBe(HOUR);
      });

      test.each(['perCaller', 'total', 'msPerDay'] as const)(
        'of a hundred begins for the last three places by %s three are begun',
        async (bound) => {
          const stores = [store, database.store(), database.store()];
          const bounds = { ...wide, [bound]: bound === 'msPerDay' ? 3 * HOUR : 3 };
          const outcomes = await Promise.all(
            hundred.map((index) => (stores[index % 3] ?? store).begin(intentOf(), bounds)),
          );

          expect(outcomes.filter(({ outcome }) => outcome === 'begun')).toHaveLength(3);
          expect(outcomes.filter(({ outcome }) => outcome === 'full')).toHaveLength(97);
          expect(await store.tally()).toMatchObject({ opening: 3 });
        },
      );

      test('several that take what is due never take the same', async () => {
        for (const index of hundred) await inState('open', { dueAt: NOON - index });
        const stores = [store, database.store(), database.store()];
        const taken = await Promise.all(
          hundred.map((index) =>
            (stores[index % 3] ?? store).takeDue({ now: NOON, leaseUntil: NOON + 1000, limit: 3 }),
          ),
        );

        const ids = taken.flat().map(({ id }) => id);
        expect(ids).toHaveLength(100);
        expect(new Set(ids).size).toBe(100);
        expect(taken.flat().every(({ was, state }) => was === 'open' && state === 'closing')).toBe(true);
      });

      test('of a hundred changes out of one state one is made', async () => {
        const { id } = await inState('open');
        const stores = [store, database.store(), database.store()];
        const changed = await Promise.all(
          hundred.map((index) =>
            (stores[index % 3] ?? store).update(id, ['open'], {
              ...{ state: 'closed', attempts: index, usedMs: HOUR / 4 },
            }),
          ),
        );

        const made = changed.filter((record) => record !== undefined);
        expect(made).toHaveLength(1);
        expect(await store.find(id)).toEqual(made[0]);
        expect(await usedOfDay('ann')).toBe(HOUR / 4);
      });

      test('a sweep and a beat on one session: either it is taken or it lives on', async () => {
        for (const _ of hundred.slice(0, 30)) {
          const { id } = await inState('open', { dueAt: NOON });
          const [taken, beaten] = await Promise.all([
            database.store().takeDue({ now: NOON, leaseUntil: NOON + 1000, limit: 1 }),
            store.update(id, ['open'], { heardAt: NOON, dueAt: NOON + 2000 }),
          ]);
          expect([taken.length, beaten === undefined]).toEqual(taken.length === 1 ? [1, true] : [0, false]);
          await store.update(id, ['open', 'closing'], { state: 'closed', dueAt: NOON + 9000 });
        }
      });

      test('a hundred counts add up to a hundred', async () => {
        const stores = [store, database.store(), database.store()];
        const sums = await Promise.all(
          hundred.map((index) =>
            (stores[index % 3] ?? store).count('a', { amount: 1, windowMs: 1000, now: NOON }),
          ),
        );

        expect(sums.map(({ used }) => used).sort((a, b) => a - b)).toEqual(hundred.map((index) => index + 1));
      });
    });

    test('a store that was closed can be closed again, and rejects every call', async () => {
      await store.close();
      await store.close();

      const calls = [
        ...[store.begin(intentOf(), wide), store.find('a'), store.update('a', ['open'], {})],
        ...[store.takeDue({ now: 0, leaseUntil: 1, limit: 1 }), store.list(['open'], 1), store.forget('a')],
        ...[store.known('akool', ['a']), store.tally(), store.ready()],
        store.count('a', { amount: 1, windowMs: 1, now: 0 }),
      ];
      for (const outcome of await Promise.allSettled(calls)) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'not-connected' } });
      }
    });
  });
}
