import { AvatarError } from '@avatarwire/core';
import { deferred } from '@avatarwire/core/adapter';
import { markUncertain } from '@avatarwire/services';
import { liveavatarServer } from '@avatarwire/services/liveavatar/server';
import { createVirtualClock } from '@avatarwire/simulator';
import { describe, expect, test, vi } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/defaults';
import { digestOf } from '../../src/sessions/digests';
import { LIVE_STATES } from '../../src/store';
import { life } from './support/lives';
import { serviceDouble } from './support/service-double';
import { bench, KEYS, NAMES, order, refused, SECRET, stage, TIMINGS } from './support/stage';
import { during } from './support/store-doubles';

const DAY_MS = 86_400_000;

describe.each(NAMES)('opening with %s (its server half over the mock service over HTTP)', (name) => {
  test('the session stands open, its record says so, and the page gets what joins it', async () => {
    const { keeper, mock, store, clock } = await stage();
    const { record, details } = await keeper().open(order(name));

    expect(mock[name].open).toBe(1);
    expect(details.provider).toBe(order(name).provider);
    const now = clock.wallNow();
    expect(record).toMatchObject({
      caller: 'ann',
      service: name,
      state: 'open',
      serviceSessionId: mock[name].sessions[0]?.id,
      openedAt: now,
      endsAt: now + 300_000,
      dueAt: now + TIMINGS.silenceMs,
      reservedMs: 300_000,
      closeSecretDigest: await digestOf(SECRET),
    });
    expect(record.id).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(await store.find(record.id)).toEqual(record);
    expect(JSON.stringify(record)).not.toContain(SECRET);
  });

  test('a session of which the client is gone when it opens is closed at once', async () => {
    const { keeper, mock, store, seen } = await stage();
    const gone = new AbortController();
    const held = mock[name].fail('slow', { on: 'session.create' });
    const keeping = keeper();
    const opening = keeping.open(order(name, { gone: gone.signal }));
    await vi.waitFor(() => expect(held.waiting).toBe(1));
    gone.abort(new Error('the page is gone'));
    held.release();

    await expect(opening).rejects.toThrow('the page is gone');
    await keeping.settled();
    expect(mock[name]).toMatchObject({ opened: 1, open: 0, closed: 1 });
    expect(await store.list(['closed'], 9)).toMatchObject([{ endReason: 'client-gone', usedMs: 0 }]);
    expect(seen).toContainEqual({ type: 'closed', service: name, reason: 'client-gone', heldMs: 0 });
  });

  test('a create that succeeds after the broker gave up is closed, and the broker makes sure of it', async () => {
    const { keeper, mock, store, clock, log } = await stage();
    const keeping = keeper();
    const held = mock[name].fail('slow', {
      on: name === 'liveavatar' ? 'session.start' : 'session.create',
    });
    const opening = refused(keeping.open(order(name)));
    await vi.waitFor(() => expect(held.waiting).toBe(1));
    await clock.advance(TIMINGS.openMs);
    expect(await opening).toMatchObject({ status: 504, code: 'connect-timeout', service: name });
    held.release();
    await keeping.settled();

    expect(mock[name]).toMatchObject({ opened: 1, open: 0, closed: 1 });
    // Only LiveAvatar gives its id before the session begins.
    const idIsKnown = name === 'liveavatar';
    expect((await keeping.sweep()).unresolved).toHaveLength(idIsKnown ? 0 : 1);
    expect(log.join('\n')).not.toMatch(/-key-[0-9a-f]{8}/);
    await clock.advance(TIMINGS.intentMs + (idIsKnown ? 0 : 300_000 + 60_000));
    await keeping.sweep();
    expect((await keeping.sweep()).unresolved).toEqual([]);
    expect(await store.list(LIVE_STATES, 9)).toEqual([]);
  });
});

describe('a session that may stand open, whose id is known (LiveAvatar mock over HTTP)', () => {
  test('is closed by that id when the process that asked was killed, once nothing more can come of it', async () => {
    const { keeper, mock, store, services, clock, seen } = await stage();
    const mortal = life();
    const dying = keeper({ store: mortal.store(store), services: [mortal.service(services.liveavatar)] });
    mock.liveavatar.fail('unanswered', { on: 'session.start' });
    const stops = mock.liveavatar.fail('reset', { on: 'session.close', times: Number.POSITIVE_INFINITY });
    const opening = refused(dying.open(order('liveavatar')));
    await vi.waitFor(() => expect(mock.liveavatar.open).toBe(1));
    await clock.advance(30_000);
    expect(await opening).toMatchObject({ status: 504, code: 'connect-timeout' });
    mortal.kill();
    const serviceSessionId = mock.liveavatar.sessions[0]?.id;
    expect(await store.list(LIVE_STATES, 9)).toMatchObject([{ state: 'closing', serviceSessionId }]);
    expect(seen).not.toContainEqual(expect.objectContaining({ type: 'unresolved' }));

    const another = liveavatarServer({ apiKey: KEYS.liveavatar, baseUrl: mock.urls.liveavatar, clock });
    const next = keeper({ services: [another] });
    await clock.advance(TIMINGS.intentMs - 30_001);
    expect(await next.sweep()).toEqual({ closed: 0, postponed: 0, unresolved: [] });
    await clock.advance(1);
    stops.cancel();
    expect(await next.sweep()).toEqual({ closed: 1, postponed: 0, unresolved: [] });
    expect(mock.liveavatar.open).toBe(0);
    expect(await store.list(['closed'], 9)).toMatchObject([{ serviceSessionId, endReason: 'open-failed' }]);
  });
});

describe('a service half of somebody else (a double of a service)', () => {
  const staged = () => {
    const clock = createVirtualClock();
    const service = serviceDouble(clock);
    return { service, ...bench([service], clock) };
  };
  const failure = () => new AvatarError('network', 'No answer came.', { service: 'akool' });

  test('that says under which id a session may be open has it closed by that id', async () => {
    const { clock, service, store, keeper } = staged();
    service.faults.afterOpen = () => Promise.reject(markUncertain(failure(), true, 'akool-1'));
    const keeping = keeper();
    await refused(keeping.open(order()));
    expect(await store.list(LIVE_STATES, 9)).toMatchObject([
      { state: 'closing', serviceSessionId: 'akool-1' },
    ]);
    expect(service.standing.size).toBe(1);
    await clock.advance(TIMINGS.intentMs);
    await keeping.sweep();
    expect(service.standing.size).toBe(0);
  });

  test('that learns the id after a sweep took the intent for lost has it closed all the same', async () => {
    const { clock, service, store, keeper } = staged();
    const hanging = deferred<void>();
    service.faults.afterOpen = () => hanging.promise;
    const keeping = keeper({ timings: { ...TIMINGS, openMs: 2 * TIMINGS.intentMs } });
    const opening = refused(keeping.open(order()));
    await vi.waitFor(() => expect(service.standing.size).toBe(1));
    await clock.advance(TIMINGS.intentMs);
    expect((await keeping.sweep()).unresolved).toHaveLength(1);
    hanging.reject(markUncertain(failure(), true, 'akool-1'));
    await opening;
    await keeping.sweep();
    expect(service.standing.size).toBe(0);
    expect(await store.list(LIVE_STATES, 9)).toEqual([]);
  });

  test('that says only that one may be open leaves it unresolved; without the mark nothing was opened', async () => {
    const { service, store, keeper } = staged();
    const keeping = keeper();
    for (const [error, state] of [
      [markUncertain(failure(), true), 'unresolved'],
      [failure(), 'failed'],
    ] as const) {
      service.faults.beforeOpen = () => Promise.reject(error);
      const { idempotencyKey, ...wanted } = order();
      await refused(keeping.open({ ...wanted, idempotencyKey }));
      const records = await store.list([state], 9);
      expect(records.map((record) => record.idempotencyKey)).toEqual([idempotencyKey]);
    }
  });

  test.each([
    ['in seconds', (ms: number) => ms / 1_000],
    ['that are no numbers', () => Number.NaN],
    ['of another clock', (ms: number) => ms + 86_400_000],
  ])('whose times are given %s keeps its session for as long as was ordered', async (_, wrong) => {
    const { clock, service, keeper } = staged();
    const { open } = service;
    service.open = async (...all) => {
      const { openedAt, endsAt = 0, ...session } = await open(...all);
      return { ...session, openedAt: wrong(openedAt), endsAt: wrong(endsAt) };
    };
    const keeping = keeper();
    const { record } = await keeping.open(order());
    expect(record).toMatchObject({ openedAt: clock.wallNow(), endsAt: clock.wallNow() + 300_000 });
    await clock.advance(100_000);
    await keeping.beat({ id: 'ann' }, record.id);
    await keeping.sweep();
    await clock.advance(100_000);
    await keeping.beat({ id: 'ann' }, record.id);
    await clock.advance(99_999);
    await keeping.sweep();
    expect(service.standing.size).toBe(1);
    await clock.advance(1);
    await keeping.sweep();
    expect(service.standing.size).toBe(0);
  });
});

describe('before anything is paid for (AKOOL mock over HTTP)', () => {
  test('a client that went while the intent was written is asked nothing for', async () => {
    const { keeper, mock, store } = await stage();
    const gone = new AbortController();
    const leaving = during(store, 'begin', () => gone.abort(new Error('the page is gone')));
    const opening = keeper({ store: leaving }).open(order('akool', { gone: gone.signal }));
    await expect(opening).rejects.toThrow('the page is gone');
    expect(mock.akool.calls).toEqual([]);
    expect(await store.list(['failed'], 9)).toMatchObject([{ endReason: 'client-gone', usedMs: 0 }]);
  });

  test('a client that is gone already leaves nothing in the store', async () => {
    const { keeper, store } = await stage();
    await expect(keeper().open(order('akool', { gone: AbortSignal.abort() }))).rejects.toThrow('abort');
    expect(await store.list(['opening', 'failed'], 9)).toEqual([]);
  });

  test('a service that is not configured is the fault of the server', async () => {
    const { keeper, store, log } = await stage();
    const opening = { service: 'nobody', request: { avatarId: 'x', durationSeconds: 1 } };
    expect(await refused(keeper().open(order('akool', { opening })))).toMatchObject({ status: 500 });
    expect(await store.list(['opening', 'failed'], 9)).toEqual([]);
    expect(log.join()).toContain('nobody');
  });

  test('a keeper that was stopped opens nothing, and what is under way ends well', async () => {
    const { keeper, mock } = await stage();
    const keeping = keeper();
    const held = mock.akool.fail('slow', { on: 'session.create' });
    const opening = keeping.open(order());
    await vi.waitFor(() => expect(held.waiting).toBe(1));
    keeping.stop();
    expect(await refused(keeping.open(order()))).toMatchObject({ status: 503, code: 'service-busy' });
    held.release();
    await opening;
    expect(mock.akool.open).toBe(1);
  });

  test('a keeper that is stopped while an intent is written asks nothing', async () => {
    const { keeper, mock, store } = await stage();
    const keeping = keeper({ store: during(store, 'begin', () => keeping.stop()) });
    expect(await refused(keeping.open(order()))).toMatchObject({ status: 503 });
    expect(mock.akool.calls).toEqual([]);
    expect(await store.list(['failed'], 9)).toMatchObject([{ endReason: 'shut-down' }]);
  });
});

describe('limits (AKOOL mock over HTTP)', () => {
  test('one caller has so many sessions, and has room again after a close', async () => {
    const { keeper, mock, seen } = await stage();
    const keeping = keeper();
    const first = await keeping.open(order());
    await keeping.open(order());
    const refusal = await refused(keeping.open(order()));
    expect(refusal).toMatchObject({ status: 429, code: 'service-busy', retryAfterMs: 5_000 });
    expect(seen.at(-1)).toEqual({ type: 'limited', lane: 'sessions' });
    expect(mock.akool.opened).toBe(2);

    await keeping.close(first.record.id, SECRET);
    await keeping.open(order());
  });

  test('two requests at one time cannot share the last place', async () => {
    const { keeper, mock } = await stage();
    const keeping = keeper({ limits: { ...DEFAULT_LIMITS, sessionsPerCaller: 1 } });
    const outcomes = await Promise.allSettled([keeping.open(order()), keeping.open(order())]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(mock.akool.opened).toBe(1);
  });

  test('all callers together have so many', async () => {
    const { keeper } = await stage();
    const keeping = keeper({ limits: { ...DEFAULT_LIMITS, sessionsInAll: 1 } });
    await keeping.open(order());
    expect(await refused(keeping.open(order('akool', { caller: { id: 'bob' } })))).toMatchObject({
      status: 429,
      retryAfterMs: 5_000,
    });
  });

  test('the time of a day is refused until the day ends; what was not used is given back', async () => {
    const { keeper, seen, clock } = await stage();
    const keeping = keeper({ limits: { ...DEFAULT_LIMITS, secondsPerCallerAndDay: 500 } });
    const { record } = await keeping.open(order());
    await clock.advance(100_000);
    expect(await refused(keeping.open(order()))).toMatchObject({
      status: 429,
      retryAfterMs: DAY_MS - 100_000,
    });
    expect(seen.at(-1)).toEqual({ type: 'limited', lane: 'seconds' });

    await keeping.close(record.id, SECRET);
    await keeping.open(order());
  });
});

describe('a repeated create (AKOOL mock over HTTP)', () => {
  const spent = { status: 409, code: 'session-gone' };

  test('while the first is opening: what comes of that is closed at once, since nobody waits for it', async () => {
    const { keeper, mock, store } = await stage();
    const keeping = keeper();
    const held = mock.akool.fail('slow', { on: 'session.create' });
    const wanted = order();
    // Nobody told the broker that the client of this is gone.
    const opening = refused(keeping.open(wanted));
    await vi.waitFor(() => expect(held.waiting).toBe(1));
    const refusal = await refused(keeper().open(wanted));
    expect(refusal).toMatchObject({ status: 409, code: 'service-busy', retryAfterMs: expect.any(Number) });
    held.release();
    expect(await opening).toMatchObject(spent);
    await keeping.settled();
    expect(mock.akool).toMatchObject({ opened: 1, open: 0 });
    expect(await store.list(['closed'], 9)).toMatchObject([{ endReason: 'client-gone' }]);
  });

  test('a session that was never heard of is closed: the page did not get its answer', async () => {
    const { keeper, mock, store } = await stage();
    const keeping = keeper();
    const wanted = order();
    await keeping.open(wanted);
    expect(await refused(keeping.open(wanted))).toMatchObject(spent);
    expect(mock.akool).toMatchObject({ opened: 1, open: 0, closed: 1 });
    expect(await store.list(['closed'], 9)).toMatchObject([{ endReason: 'client-gone' }]);
    expect(await refused(keeping.open(wanted))).toMatchObject(spent);
  });

  test('a session in use stays open', async () => {
    const { keeper, mock } = await stage();
    const keeping = keeper();
    const wanted = order();
    const { record } = await keeping.open(wanted);
    await keeping.beat(wanted.caller, record.id);
    expect(await refused(keeping.open(wanted))).toMatchObject(spent);
    expect(mock.akool.open).toBe(1);
  });

  test('another request under the same key is a mistake, whatever became of the first', async () => {
    const { keeper, mock } = await stage();
    const keeping = keeper();
    const wanted = order();
    await keeping.open(wanted);
    expect(await refused(keeping.open({ ...wanted, fingerprint: 'other' }))).toMatchObject({
      status: 400,
      code: 'invalid-argument',
      field: 'Idempotency-Key',
    });
    expect(mock.akool.open).toBe(1);
  });

  test('a key of which nothing came is spent; of two callers with one key each has its own', async () => {
    const { keeper, mock } = await stage();
    const keeping = keeper();
    const wanted = order();
    mock.akool.fail({ name: 'code', code: 1104 }, { on: 'session.create' });
    await refused(keeping.open(wanted));
    expect(await refused(keeping.open(wanted))).toMatchObject(spent);
    await keeping.open({ ...wanted, caller: { id: 'bob' } });
  });
});

describe('what the service refuses (AKOOL mock over HTTP)', () => {
  test.each([
    [
      { name: 'code', code: 1104 },
      { status: 502, code: 'service-refused', serviceCode: 1104 },
    ],
    [
      { name: 'code', code: 1215 },
      { status: 503, code: 'service-busy', serviceCode: 1215, retryAfterMs: 5_000 },
    ],
    [
      { name: 'too-many-requests', retryAfterSeconds: 20 },
      { status: 503, retryAfterMs: 20_000 },
    ],
    [
      { name: 'code', code: 1101 },
      { status: 502, code: 'service-refused', serviceCode: 1101 },
    ],
  ] as const)('%o is refused as %o, and nothing is left', async (failure, expected) => {
    const { keeper, mock, store, seen } = await stage();
    mock.akool.fail(failure, { on: 'session.create', times: 2 });
    const refusal = await refused(keeper().open(order()));
    expect(refusal).toMatchObject({ service: 'akool', ...expected });
    expect(await store.list(['failed'], 9)).toMatchObject([{ endReason: 'open-failed', usedMs: 0 }]);
    expect(seen).toEqual([{ type: 'open-failed', service: 'akool', code: expect.any(String) }]);
  });

  test('a key that the service refuses is the account of the broker, and no advice for the page', async () => {
    const { keeper, mock } = await stage();
    mock.akool.fail({ name: 'code', code: 1101 }, { on: 'session.create', times: 2 });
    const { message } = await refused(keeper().open(order()));
    expect(message).toBe("The broker's account was refused by akool.");
  });

  test.each(['server-error', 'cut', 'malformed'] as const)(
    'after %s nobody knows whether something was opened: it is unresolved, and reported once',
    async (failure) => {
      const { keeper, mock, seen, log } = await stage();
      const keeping = keeper();
      mock.akool.fail(failure, { on: 'session.create' });
      expect(await refused(keeping.open(order()))).toMatchObject({ status: 502, code: 'network' });
      const { unresolved } = await keeping.sweep();
      expect(unresolved).toEqual([
        { id: expect.any(String), service: 'akool', caller: 'ann', createdAt: expect.any(Number) },
      ]);
      await keeping.sweep();
      expect(seen.filter(({ type }) => type === 'unresolved')).toHaveLength(1);
      expect(log.filter((line) => line.includes('look there'))).toHaveLength(1);
      expect(log.join()).not.toContain(KEYS.akool.apiKey);
    },
  );

  test('what is unresolved is told by its id in each process, once, until it is not any more', async () => {
    const { keeper, mock, store, clock, log } = await stage();
    const told = () => log.filter((line) => line.includes('look there'));
    mock.akool.fail('cut', { on: 'session.create' });
    await refused(keeper().open(order()));
    const [record] = await store.list(['unresolved'], 9);
    expect(told()).toHaveLength(1);

    // As after a crash, before or after the first one could say so.
    const next = keeper();
    await next.sweep();
    await next.sweep();
    expect(told()).toHaveLength(2);
    expect(told().every((line) => record && line.includes(record.id))).toBe(true);
    await clock.advance(TIMINGS.intentMs + 300_000 + 60_000);
    expect((await next.sweep()).unresolved).toHaveLength(1);
    expect((await next.sweep()).unresolved).toEqual([]);
    expect(told()).toHaveLength(2);
  });

  test('a wish that the service cannot meet is the fault of the request, and sends nothing', async () => {
    const { keeper, mock } = await stage();
    const keeping = keeper();
    const open = (more: object) =>
      refused(
        keeping.open(
          order('akool', {
            opening: {
              service: 'akool',
              request: { avatarId: 'mock-avatar', durationSeconds: 300, ...more },
            },
          }),
        ),
      );
    expect(await open({ durationSeconds: 9_999 })).toMatchObject({ status: 400, code: 'invalid-argument' });
    expect(await open({ quality: 'high' })).toMatchObject({ status: 400, code: 'invalid-argument' });
    expect(mock.akool.calls).toEqual([]);
  });
});
