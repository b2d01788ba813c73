import { AvatarError } from '@avatarwire/core';
import { deferred } from '@avatarwire/core/adapter';
import { createVirtualClock } from '@avatarwire/simulator';
import { describe, expect, test, vi } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/defaults';
import type { SessionKeeper } from '../../src/sessions/keeper';
import { broken, serviceDouble, times } from './support/service-double';
import { bench, order, refused, stage, TIMINGS } from './support/stage';

const EXCLUSIVE = { exclusiveKeys: ['akool'] };

describe('a key that is the broker’s alone (AKOOL mock over HTTP)', () => {
  test.each(['cut', 'malformed', 'server-error'] as const)(
    'an open that came to %s: what it opened is found in the list and closed as orphaned',
    async (failure) => {
      const { keeper, mock, clock, store, seen } = await stage();
      const keeping = keeper(EXCLUSIVE);
      mock.akool.fail(failure, { on: 'session.create' });
      await refused(keeping.open(order()));
      const opened = mock.akool.open;

      expect(await keeping.sweep()).toMatchObject({ closed: 0, unresolved: [{ caller: 'ann' }] });
      await clock.advance(TIMINGS.intentMs - 1);
      await keeping.sweep();
      expect(mock.akool.open).toBe(opened);
      await clock.advance(1);
      expect(await keeping.sweep()).toMatchObject({ closed: opened, postponed: 0 });
      expect(mock.akool).toMatchObject({ open: 0, closed: opened });
      await clock.advance(TIMINGS.intentMs);
      expect(await keeping.sweep()).toEqual({ closed: 0, postponed: 0, unresolved: [] });
      const reason = opened === 1 ? 'orphaned' : 'not-found';
      expect(await store.list(['closed', 'failed'], 9)).toMatchObject([{ endReason: reason }]);
      expect(seen.filter(({ type }) => type === 'closed')).toHaveLength(opened);
    },
  );

  test('sessions that a record knows are left alone, also those that are being opened', async () => {
    const { keeper, mock, clock } = await stage();
    const keeping = keeper(EXCLUSIVE);
    const page = (id: string) => {
      const request = { avatarId: 'mock-avatar', durationSeconds: 3_600 };
      return keeping.open(order('akool', { caller: { id }, opening: { service: 'akool', request } }));
    };
    mock.akool.fail('cut', { on: 'session.create' });
    await refused(page('ann'));
    const { record } = await page('bob');
    await keeping.sweep();
    await clock.advance(TIMINGS.intentMs - 10_000);
    await keeping.beat({ id: 'bob' }, record.id);
    // This one is open at the service, and its answer is under way.
    const held = mock.akool.fail('unanswered', { on: 'session.create' });
    const opening = page('cat');
    await vi.waitFor(() => expect(held.waiting).toBe(1));
    await clock.advance(10_000);
    expect(await keeping.sweep()).toMatchObject({ closed: 1 });
    held.release();
    const other = await opening;
    await clock.advance(TIMINGS.intentMs - 100_000);
    await keeping.beat({ id: 'bob' }, record.id);
    await keeping.beat({ id: 'cat' }, other.record.id);
    await clock.advance(100_000);
    expect(await keeping.sweep()).toEqual({ closed: 0, postponed: 0, unresolved: [] });
    expect(mock.akool).toMatchObject({ opened: 3, open: 2 });
    expect(await keeping.owned({ id: 'bob' }, record.id)).toBeDefined();
    expect(await keeping.owned({ id: 'cat' }, other.record.id)).toBeDefined();
  });

  test('a process that died between the answer of the service and its own store: another one finds the session', async () => {
    const { keeper, mock, clock, store } = await stage();
    const dying = keeper({ ...EXCLUSIVE, store: { ...store, update: () => new Promise(() => {}) } });
    const opening = { service: 'akool', request: { avatarId: 'mock-avatar', durationSeconds: 3_600 } };
    void dying.open(order('akool', { opening })).catch(() => {});
    await vi.waitFor(() => expect(mock.akool.open).toBe(1));
    const next = keeper(EXCLUSIVE);
    await clock.advance(TIMINGS.intentMs);
    expect((await next.sweep()).unresolved).toHaveLength(1);
    await clock.advance(TIMINGS.intentMs);
    // A third one: when a session was first seen is in the store.
    expect(await keeper(EXCLUSIVE).sweep()).toEqual({ closed: 1, postponed: 0, unresolved: [] });
    expect(mock.akool).toMatchObject({ open: 0, closed: 1 });
  });

  test('a list that cannot be had leaves the intent unresolved, until what came of it has ended', async () => {
    const { keeper, mock, clock, store } = await stage();
    const keeping = keeper(EXCLUSIVE);
    mock.akool.fail('server-error', { on: 'session.create' });
    await refused(keeping.open(order()));
    mock.akool.fail('server-error', { on: 'session.list', times: Number.POSITIVE_INFINITY });
    const [record] = await store.list(['unresolved'], 1);
    const endsAt = record?.endsAt ?? 0;
    while (clock.wallNow() < endsAt + 60_000) {
      expect((await keeping.sweep()).unresolved).toHaveLength(1);
      await clock.advance(60_000);
    }
    expect((await keeping.sweep()).unresolved).toHaveLength(1);
    expect((await keeping.sweep()).unresolved).toEqual([]);
    expect(await store.list(['failed'], 9)).toMatchObject([{ endReason: 'not-found' }]);
  });
});

describe('a key that others use, too (AKOOL mock over HTTP)', () => {
  test('intents are reported until a minute after their end, and nothing of others is touched', async () => {
    const { keeper, mock, clock, store, services } = await stage();
    const keeping = keeper();
    const { signal } = new AbortController();
    await services.akool.open(
      { provider: 'agora', avatarId: 'mock-avatar', durationSeconds: 3_600 },
      { signal },
    );
    mock.akool.fail('cut', { on: 'session.create' });
    await refused(keeping.open(order()));
    const [record] = await store.list(['unresolved'], 1);
    for (let minute = 0; minute < 9; minute++) {
      await clock.advance(60_000);
      expect((await keeping.sweep()).unresolved).toEqual([
        { id: record?.id, service: 'akool', caller: 'ann', createdAt: record?.createdAt },
      ]);
    }
    await clock.advance((record?.endsAt ?? 0) + 60_000 - clock.wallNow());
    expect((await keeping.sweep()).unresolved).toMatchObject([{ id: record?.id }]);
    expect((await keeping.sweep()).unresolved).toEqual([]);
    expect(await store.list(['failed'], 9)).toMatchObject([{ endReason: 'not-found' }]);
    expect(mock.akool.closed).toBe(0);
  });

  test('the time of an intent that was never resolved stays counted; of one that was, it is given back', async () => {
    const { keeper, mock, clock } = await stage();
    const limits = { ...DEFAULT_LIMITS, secondsPerCallerAndDay: 500 };
    const exhausted = async (keeping: SessionKeeper) => {
      mock.akool.fail('server-error', { on: 'session.create' });
      await refused(keeping.open(order()));
      for (let round = 0; round < 3; round++) {
        await clock.advance(TIMINGS.intentMs + 60_000);
        await keeping.sweep();
      }
      const { status } = await keeping.open(order()).then(
        () => ({ status: 201 }),
        (error) => error,
      );
      return status;
    };
    expect(await exhausted(keeper({ limits }))).toBe(429);
    const other = await stage();
    const keeping = other.keeper({ limits, ...EXCLUSIVE });
    other.mock.akool.fail('server-error', { on: 'session.create' });
    await refused(keeping.open(order()));
    for (let round = 0; round < 3; round++) {
      await keeping.sweep();
      await other.clock.advance(TIMINGS.intentMs);
    }
    await keeping.open(order());
  });
});

describe('what is hard to meet over HTTP (a double of a service)', () => {
  test('a service half that answers after our deadline, though it was told to stop: its session is closed', async () => {
    const { keeper, service, store, clock } = doubled();
    const keeping = keeper();
    const answer = deferred<void>();
    service.faults.afterOpen = () => answer.promise;
    const opening = refused(keeping.open(order()));
    await vi.waitFor(() => expect(service.standing.size).toBe(1));
    await clock.advance(TIMINGS.openMs);
    expect(await opening).toMatchObject({ status: 504, code: 'connect-timeout' });
    expect(await store.list(['unresolved'], 9)).toHaveLength(1);
    answer.resolve();
    await keeping.settled();
    expect(service.standing.size).toBe(0);
    expect(await store.list(['closed'], 9)).toMatchObject([
      { endReason: 'open-failed', serviceSessionId: 'akool-1' },
    ]);
    expect(clock.scheduled).toBe(0);
  });

  test('such a session that cannot be closed at once is written down, and closed by a sweep', async () => {
    const { keeper, service, clock } = doubled();
    const keeping = keeper();
    const answer = deferred<void>();
    service.faults.afterOpen = () => answer.promise;
    const opening = refused(keeping.open(order()));
    await vi.waitFor(() => expect(service.standing.size).toBe(1));
    await clock.advance(TIMINGS.openMs);
    await opening;
    service.faults.beforeClose = times(1, broken());
    answer.resolve();
    await keeping.settled();
    expect(service.standing.size).toBe(1);
    await clock.advance(1_000);
    expect(await keeper().sweep()).toMatchObject({ closed: 1, unresolved: [] });
    expect(service.standing.size).toBe(0);
  });

  test('an error that no service half throws leaves it open what happened, and is not shown', async () => {
    const { keeper, service, store, log } = doubled();
    service.faults.afterOpen = () => Promise.reject(new TypeError('header x-api-key: top-secret'));
    const refusal = await refused(keeper().open(order()));
    expect(refusal).toMatchObject({ status: 500, code: 'network' });
    expect(refusal.message).not.toContain('secret');
    expect(await store.list(['unresolved'], 9)).toHaveLength(1);
    expect(log.join('\n')).toContain('TypeError');
    expect(log.join('\n')).not.toContain('secret');
  });

  test('more lost sessions than intents, and two sweepers that look at one time: each is closed once', async () => {
    const { keeper, service, store, clock } = doubled();
    const limits = { sessionsPerCaller: 50, sessionsInAll: 50, secondsPerCallerAndDay: 86_400 };
    const keeping = keeper({ ...EXCLUSIVE, limits });
    const other = keeper(EXCLUSIVE);
    service.faults.afterOpen = () => Promise.reject(new TypeError('lost'));
    // More than one sweep takes at one time.
    for (let count = 0; count < 12; count++) await refused(keeping.open(order()));
    service.standing.add('akool-99');
    const lists = vi.spyOn(service, 'list');
    service.faults.beforeClose = () => new Promise((resolve) => void setImmediate(resolve));
    for (let round = 0; round < 3; round++) {
      lists.mockClear();
      await Promise.all([keeping.sweep(), other.sweep()]);
      expect(lists).toHaveBeenCalledTimes(2);
      await clock.advance(TIMINGS.intentMs);
    }
    expect(service.standing.size).toBe(0);
    expect(service.mostAtOnce).toBe(1);
    expect([...service.closes.values()]).toEqual(Array.from({ length: 13 }, () => 1));
    await keeping.sweep();
    expect(await store.list(['unresolved'], 9)).toEqual([]);
    expect((await store.list(['closed'], 99)).every(({ endReason }) => endReason === 'orphaned')).toBe(true);
  });

  test('an orphan that cannot be closed keeps its intent unresolved until it can', async () => {
    const { keeper, service, store, clock, seen } = doubled();
    const keeping = keeper(EXCLUSIVE);
    service.faults.afterOpen = () => Promise.reject(new TypeError('lost'));
    await refused(keeping.open(order()));
    service.faults.beforeClose = times(2, broken());
    for (let round = 0; round < 3; round++) {
      await clock.advance(TIMINGS.intentMs);
      expect((await keeping.sweep()).unresolved).toHaveLength(1);
    }
    expect(seen).toContainEqual({ type: 'close-failed', service: 'akool', code: 'orphaned' });
    await clock.advance(TIMINGS.intentMs);
    expect((await keeping.sweep()).unresolved).toEqual([]);
    expect(service.standing.size).toBe(0);
    expect(await store.list(['closed'], 9)).toMatchObject([{ endReason: 'orphaned' }]);
  });

  test('a service half that hangs over its list holds a sweep up for no longer than an open', async () => {
    const { keeper, service, clock } = doubled();
    const keeping = keeper(EXCLUSIVE);
    service.faults.beforeOpen = () => Promise.reject(new TypeError('lost'));
    await refused(keeping.open(order()));
    const listing = vi.fn(() => new Promise<void>(() => {}));
    service.faults.beforeList = listing;
    const sweeping = keeping.sweep();
    await vi.waitFor(() => expect(listing).toHaveBeenCalled());
    await clock.advance(TIMINGS.openMs);
    expect((await sweeping).unresolved).toHaveLength(1);
  });

  test('an intent of a service that is no longer configured is reported, then given up', async () => {
    const { keeper, service, clock, log, store } = doubled();
    service.faults.beforeOpen = () => Promise.reject(new TypeError('lost'));
    await refused(keeper().open(order()));
    const without = keeper({ services: [] });
    await clock.advance(TIMINGS.intentMs);
    expect((await without.sweep()).unresolved).toHaveLength(1);
    expect(log.join('\n')).toContain('not configured');
    await clock.advance(300_000 + 60_000);
    expect((await without.sweep()).unresolved).toHaveLength(1);
    expect((await without.sweep()).unresolved).toEqual([]);
    expect(await store.list(['failed'], 9)).toHaveLength(1);
  });

  test('an error that says that nothing was opened is believed', async () => {
    const { keeper, service, store } = doubled();
    service.faults.beforeOpen = () =>
      Promise.reject(new AvatarError('network', 'No connection.', { service: 'akool' }));
    expect(await refused(keeper().open(order()))).toMatchObject({ status: 502, code: 'network' });
    expect(await store.list(['failed'], 9)).toHaveLength(1);
  });
});

function doubled() {
  const clock = createVirtualClock();
  const service = serviceDouble(clock);
  return { ...bench([service], clock), service };
}
