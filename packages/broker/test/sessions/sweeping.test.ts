import { createVirtualClock } from '@avatarwire/simulator';
import { describe, expect, test, vi } from 'vitest';
import { broken, serviceDouble, times } from './support/service-double';
import { bench, NAMES, order, refused, SECRET, stage, TIMINGS } from './support/stage';
import { wrapped } from './support/store-doubles';

const HOUR_MS = 3_600_000;
const MANY = { sessionsPerCaller: 200, sessionsInAll: 200, secondsPerCallerAndDay: 86_400 };
const NOTHING = { closed: 0, postponed: 0, unresolved: [] };

describe.each(NAMES)(
  'silence and expiry with %s (its server half over the mock service over HTTP)',
  (name) => {
    test('a page that gives signs keeps its session; one that falls silent loses it', async () => {
      const { keeper, mock, clock, store, services } = await stage();
      const keeping = keeper();
      const { record } = await keeping.open(order(name));
      for (let beat = 0; beat < 6; beat++) {
        await clock.advance(30_000);
        // LiveAvatar and HeyGen end a session by themselves, else.
        await services[name].call?.(record.serviceSessionId ?? '', keepAlive[name], {}).catch(() => {});
        await keeping.beat({ id: 'ann' }, record.id);
        expect(await keeping.sweep()).toEqual(NOTHING);
      }
      await clock.advance(TIMINGS.silenceMs - 30_001);
      expect(await keeping.sweep()).toEqual(NOTHING);
      // 300 s of session time are over as the last silence is.
      await clock.advance(1);
      expect(await keeping.sweep()).toMatchObject({ closed: 1 });
      expect(mock[name].open).toBe(0);
      expect(await store.find(record.id)).toMatchObject({ state: 'closed' });
    });
  },
);

const keepAlive = { akool: '', a2e: '', heygen: 'task', liveavatar: 'keep-alive' };

describe('time (AKOOL mock over HTTP)', () => {
  test('150 s without a sign end a session as silent', async () => {
    const { keeper, mock, clock, store, seen } = await stage();
    const keeping = keeper();
    const { record } = await keeping.open(order());
    await clock.advance(TIMINGS.silenceMs - 1);
    expect(await keeping.sweep()).toEqual(NOTHING);
    await clock.advance(1);
    expect(await keeping.sweep()).toEqual({ ...NOTHING, closed: 1 });
    expect(mock.akool).toMatchObject({ open: 0, closed: 1, costSeconds: 150 });
    expect(await store.find(record.id)).toMatchObject({ endReason: 'silent', usedMs: 150_000 });
    expect(seen.at(-1)).toMatchObject({ type: 'closed', reason: 'silent', heldMs: 150_000 });
  });

  test('its duration ends it however often the page gives a sign, also where the service takes none', async () => {
    const { keeper, mock, clock, store } = await stage();
    const keeping = keeper();
    const opening = { service: 'heygen', request: { avatarId: 'mock-avatar', durationSeconds: 100 } };
    const { record } = await keeping.open(order('heygen', { opening }));
    expect(record.endsAt).toBe(clock.wallNow() + 100_000);
    await clock.advance(90_000);
    await keeping.beat({ id: 'ann' }, record.id);
    await clock.advance(10_000);
    expect(await keeping.sweep()).toMatchObject({ closed: 1 });
    expect(mock.heygen).toMatchObject({ open: 0, closed: 1 });
    expect(await store.find(record.id)).toMatchObject({ endReason: 'expired', usedMs: 100_000 });
  });

  test('an ended session is forgotten after a day, and its key may be used again', async () => {
    const { keeper, clock, store } = await stage();
    const keeping = keeper();
    const wanted = order();
    const { record } = await keeping.open(wanted);
    await keeping.close(record.id, SECRET);
    await clock.advance(TIMINGS.rememberMs - 1);
    await keeping.sweep();
    expect(await refused(keeping.open(wanted))).toMatchObject({ status: 409 });
    await clock.advance(1);
    expect(await keeping.sweep()).toEqual(NOTHING);
    expect(await store.find(record.id)).toBeUndefined();
    await keeping.open(wanted);
  });
});

describe('beats (AKOOL mock over HTTP)', () => {
  test('only of its own caller, only while it stands open', async () => {
    const { keeper, store, clock } = await stage();
    const keeping = keeper();
    const { record } = await keeping.open(order());
    await clock.advance(1_000);
    await keeping.beat({ id: 'ann' }, record.id);
    expect(await store.find(record.id)).toMatchObject({
      heardAt: clock.wallNow(),
      dueAt: clock.wallNow() + TIMINGS.silenceMs,
    });
    const gone = { status: 404, code: 'session-gone' };
    expect(await refused(keeping.beat({ id: 'bob' }, record.id))).toMatchObject(gone);
    expect(await refused(keeping.owned({ id: 'bob' }, record.id))).toMatchObject(gone);
    expect(await refused(keeping.beat({ id: 'ann' }, 'A'.repeat(22)))).toMatchObject(gone);
    expect(await refused(keeping.beat({ id: 'ann' }, 'x'))).toMatchObject(gone);
    expect(await keeping.owned({ id: 'ann' }, record.id)).toMatchObject({ id: record.id });
    await keeping.close(record.id, SECRET);
    expect(await refused(keeping.beat({ id: 'ann' }, record.id))).toMatchObject(gone);
    expect(await refused(keeping.owned({ id: 'ann' }, record.id))).toMatchObject(gone);
  });

  test('a beat that meets a sweep does not bring the session back', async () => {
    const { keeper, clock, store, mock } = await stage();
    const keeping = keeper();
    const { record } = await keeping.open(order());
    await clock.advance(TIMINGS.silenceMs);
    const slow = keeper({
      store: wrapped(store, async (method, work) => {
        if (method === 'update') await keeping.sweep();
        return work();
      }),
    });
    expect(await refused(slow.beat({ id: 'ann' }, record.id))).toMatchObject({ status: 404 });
    expect(mock.akool.open).toBe(0);
    expect((await store.find(record.id))?.state).toBe('closed');
  });
});

describe('many at a time (a double of a service)', () => {
  test('sweeps of two keepers close each session once, eight at a time in each', async () => {
    const { keeper, service, clock } = doubled();
    const keeping = keeper({ limits: MANY });
    const other = keeper();
    for (let count = 0; count < 60; count++) await keeping.open(order());
    let now = 0;
    let most = 0;
    service.faults.beforeClose = async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => void setImmediate(resolve));
      now -= 1;
    };
    await clock.advance(TIMINGS.silenceMs);
    const reports = await Promise.all([keeping.sweep(), keeping.sweep(), other.sweep()]);
    expect(reports.reduce((sum, { closed }) => sum + closed, 0)).toBe(60);
    expect(service.standing.size).toBe(0);
    expect([...service.closes.values()].every((count) => count === 1)).toBe(true);
    expect(most).toBeGreaterThan(8);
    expect(most).toBeLessThanOrEqual(24);
  });

  test('a session that hangs does not hold up the others, and its lease is kept', async () => {
    const { keeper, service, clock } = doubled();
    const keeping = keeper({ limits: MANY });
    for (let count = 0; count < 30; count++) await keeping.open(order());
    service.faults.beforeClose = times(8, () => new Promise(() => {}));
    await clock.advance(TIMINGS.silenceMs);
    const sweeping = keeping.sweep();
    await vi.waitFor(() => expect(service.closes.size).toBe(8));
    await clock.advance(TIMINGS.closeMs);
    expect(await sweeping).toEqual({ closed: 22, postponed: 8, unresolved: [] });
    expect(await keeper().sweep()).toEqual(NOTHING);
    expect(service.mostAtOnce).toBe(1);
  });

  test('a record that cannot be handled is left for later; the others are handled', async () => {
    const { keeper, service, clock, store, log } = doubled();
    const keeping = keeper();
    const { record } = await keeping.open(order());
    await keeping.close(record.id, SECRET);
    const { record: second } = await keeping.open(order());
    await keeping.beat({ id: 'ann' }, second.id);
    await clock.advance(TIMINGS.rememberMs);
    const bad = keeper({
      store: wrapped(store, async (method, work) => {
        if (method === 'forget') throw new Error('the disk is full');
        return work();
      }),
    });
    expect(await bad.sweep()).toEqual({ closed: 1, postponed: 1, unresolved: [] });
    expect(log.join('\n')).toContain('the disk is full');
    expect(service.standing.size).toBe(0);
  });

  test('a session of a service that is no longer configured is postponed and logged, never thrown', async () => {
    const { keeper, clock, service, log } = doubled();
    await keeper().open(order());
    await clock.advance(TIMINGS.silenceMs);
    const without = keeper({ services: [] });
    expect(await without.sweep()).toEqual({ closed: 0, postponed: 1, unresolved: [] });
    expect(log.join('\n')).toMatch(/error .*not configured/);
    await clock.advance(60_000);
    expect(await without.sweep()).toMatchObject({ postponed: 1 });
    await clock.advance(60_000);
    expect(await keeper().sweep()).toMatchObject({ closed: 1 });
    expect(service.standing.size).toBe(0);
  });

  test('a store that cannot be asked makes the sweep reject, and nothing else', async () => {
    const { keeper, store } = doubled();
    const down = keeper({
      store: wrapped(store, () => Promise.reject(new Error('the store is down'))),
    });
    await expect(down.sweep()).rejects.toThrow('the store is down');
    await down.settled();
  });
});

describe('a clock that jumps (a double of a service)', () => {
  test('an hour forward: what was not heard of for so long is closed', async () => {
    const { keeper, clock, service } = doubled();
    const keeping = keeper();
    await keeping.open(order());
    clock.wallStep(HOUR_MS);
    expect(await keeping.sweep()).toMatchObject({ closed: 1 });
    expect(service.standing.size).toBe(0);
  });

  test('five minutes forward while a session is opened: it is taken for lost, and closed when it comes', async () => {
    const { keeper, clock, service, store } = doubled();
    const keeping = keeper();
    service.faults.afterOpen = async () => {
      clock.wallStep(300_000);
      expect((await keeping.sweep()).unresolved).toHaveLength(1);
    };
    expect(await refused(keeping.open(order()))).toMatchObject({ status: 504, code: 'connect-timeout' });
    await keeping.settled();
    expect(service.standing.size).toBe(0);
    expect(await store.list(['closed'], 9)).toMatchObject([
      { endReason: 'open-failed', serviceSessionId: 'akool-1' },
    ]);
    expect((await keeping.sweep()).unresolved).toEqual([]);
  });

  test.each([
    ['seen by the keeper', false],
    ['while none was running', true],
  ])('an hour back, %s: a session of a page that is gone is closed in time all the same', async (_, anew) => {
    const { keeper, clock, service, store } = doubled();
    const first = keeper();
    await first.sweep();
    const { record } = await first.open(order());
    clock.wallStep(-HOUR_MS);
    const keeping = anew ? keeper() : first;
    await keeping.sweep();
    const now = clock.wallNow();
    expect(await store.find(record.id)).toMatchObject({
      dueAt: now + TIMINGS.silenceMs,
      endsAt: now + 300_000,
    });
    await clock.advance(TIMINGS.silenceMs);
    expect(await keeping.sweep()).toMatchObject({ closed: 1 });
    expect(service.standing.size).toBe(0);
    expect((await store.find(record.id))?.usedMs).toBe(0);
  });

  test('an hour back: closes and intents that wait are due in time, too', async () => {
    const { keeper, clock, service, store } = doubled();
    const keeping = keeper();
    const { record } = await keeping.open(order());
    service.faults.beforeClose = times(1, broken());
    await keeping.close(record.id, SECRET);
    service.faults.beforeOpen = broken();
    await refused(keeping.open(order()));
    service.faults.beforeOpen = () => new Promise(() => {});
    void keeping.open(order()).catch(() => {});
    await vi.waitFor(async () => expect((await store.tally()).opening).toBe(1));
    clock.wallStep(-HOUR_MS);
    const next = keeper();
    await next.sweep();
    await clock.advance(300_000);
    expect(await next.sweep()).toMatchObject({ closed: 1, unresolved: [expect.anything()] });
  });

  test('a drift of less than a second is none', async () => {
    const { keeper, clock, store } = doubled();
    const keeping = keeper();
    await keeping.sweep();
    const lists = vi.spyOn(store, 'list');
    clock.wallStep(-900);
    await keeping.sweep();
    expect(lists).toHaveBeenCalledTimes(1);
  });
});

function doubled() {
  const clock = createVirtualClock();
  const service = serviceDouble(clock);
  return { ...bench([service], clock), service };
}
