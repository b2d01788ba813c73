import { AvatarError } from '@avatarwire/core';
import { deferred } from '@avatarwire/core/adapter';
import { createVirtualClock } from '@avatarwire/simulator';
import { describe, expect, test, vi } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/defaults';
import { broken, type ServiceDouble, serviceDouble, times } from './support/service-double';
import { bench, NAMES, order, refused, SECRET, stage, TIMINGS } from './support/stage';
import { wrapped } from './support/store-doubles';

const GONE = { status: 404, code: 'session-gone', message: 'There is no such session, or it is over.' };

describe.each(NAMES)('closing with %s (its server half over the mock service over HTTP)', (name) => {
  test('the close secret alone closes it, any number of times', async () => {
    const { keeper, mock, store, clock, seen } = await stage();
    const keeping = keeper();
    const { record } = await keeping.open(order(name));
    await clock.advance(20_000);

    expect(await keeping.close(record.id, SECRET)).toBe('closed');
    expect(await keeping.close(record.id, SECRET)).toBe('closed');
    expect(mock[name]).toMatchObject({ open: 0, closed: 1 });
    expect(mock[name].sessions[0]?.closeCalls).toBe(1);
    expect(await store.find(record.id)).toMatchObject({
      state: 'closed',
      endReason: 'requested',
      endedAt: clock.wallNow(),
      usedMs: 20_000,
      dueAt: clock.wallNow() + TIMINGS.rememberMs,
    });
    expect(seen.at(-1)).toEqual({ type: 'closed', service: name, reason: 'requested', heldMs: 20_000 });
  });

  test('a session that is over at the service counts as closed', async () => {
    const { keeper, services, mock } = await stage();
    const keeping = keeper();
    const { record } = await keeping.open(order(name));
    await services[name].close(record.serviceSessionId ?? '');
    expect(mock[name].open).toBe(0);
    expect(await keeping.close(record.id, SECRET)).toBe('closed');
  });
});

describe('who may close (AKOOL mock over HTTP)', () => {
  test('an unknown id, a wrong secret and an impossible id are refused in the same words', async () => {
    const { keeper, mock } = await stage();
    const keeping = keeper();
    const { record } = await keeping.open(order());
    const digests = vi.spyOn(crypto.subtle, 'digest');
    for (const [id, secret] of [
      [record.id, 'another-secret-of-a-page-01'],
      ['A'.repeat(22), SECRET],
      ['../../etc', SECRET],
    ] as const) {
      digests.mockClear();
      expect(await refused(keeping.close(id, secret))).toMatchObject(GONE);
      expect(digests).toHaveBeenCalledTimes(1);
    }
    digests.mockRestore();
    expect(mock.akool.open).toBe(1);
  });

  test('a wrong secret is refused for a session that is over, too', async () => {
    const { keeper } = await stage();
    const keeping = keeper();
    const { record } = await keeping.open(order());
    await keeping.close(record.id, SECRET);
    expect(await refused(keeping.close(record.id, 'another-secret-of-a-page-01'))).toMatchObject(GONE);
  });
});

describe('a service that does not close (AKOOL mock over HTTP)', () => {
  test('after five seconds the page has its answer, and the close goes on', async () => {
    const { keeper, mock, clock } = await stage();
    const keeping = keeper();
    const { record } = await keeping.open(order());
    const held = mock.akool.fail('slow', { on: 'session.close' });
    const closing = keeping.close(record.id, SECRET);
    await vi.waitFor(() => expect(held.waiting).toBe(1));
    await clock.advance(4_999);
    const again = keeping.close(record.id, SECRET);
    await clock.advance(1);
    expect(await closing).toBe('closing');
    held.release();
    expect(await again).toBe('closed');
    await keeping.settled();
    expect(mock.akool.sessions[0]?.closeCalls).toBe(1);
  });

  test('a failed close is answered with `closing` and tried again, later and later, until it succeeds', async () => {
    const { keeper, mock, clock, store, seen, log } = await stage();
    const keeping = keeper();
    const { record } = await keeping.open(order());
    mock.akool.fail('server-error', { on: 'session.close', times: 9 });
    expect(await keeping.close(record.id, SECRET)).toBe('closing');
    expect(await keeping.close(record.id, SECRET)).toBe('closing');
    expect(seen.at(-1)).toEqual({ type: 'close-failed', service: 'akool', code: 'network' });
    expect(log.at(-1)).toMatch(/^error .*could not be closed.*"failures":1/);

    const waits: number[] = [];
    for (let failures = 1; failures <= 2; failures++) {
      const { dueAt, attempts } = (await store.find(record.id)) ?? record;
      expect(attempts).toBe(failures);
      const wait = dueAt - clock.wallNow();
      waits.push(wait);
      await clock.advance(wait - 1);
      expect(await keeping.sweep()).toMatchObject({ closed: 0, postponed: 0 });
      await clock.advance(1);
      expect(await keeping.sweep()).toMatchObject({ closed: 0, postponed: 1 });
    }
    expect(waits).toEqual([1_000, 2_000]);
    await clock.advance(4_000);
    expect(await keeping.sweep()).toMatchObject({ closed: 1, postponed: 0 });
    expect(mock.akool.open).toBe(0);
    expect(await store.find(record.id)).toMatchObject({ state: 'closed', endReason: 'requested' });
  });
});

describe('leases (a double of a service)', () => {
  test('who comes second by a hair waits for the answer that the first gets, in one process', async () => {
    const { keeper, service, store } = doubled();
    const answer = deferred<void>();
    service.faults.beforeClose = () => answer.promise;
    let first: Promise<string> | undefined;
    const keeping = keeper({
      store: wrapped(store, async (method, work) => {
        if (method === 'update' && service.standing.size === 1 && !first) {
          first = keeping.close(record.id, SECRET);
          await asked(service);
        }
        return work();
      }),
    });
    const { record } = await keeper().open(order());
    const second = keeping.close(record.id, SECRET);
    await asked(service);
    answer.resolve();
    expect([await first, await second]).toEqual(['closed', 'closed']);
    expect(service.closes.get('akool-1')).toBe(1);
  });

  test('who comes second by a hair in another process learns how it stands', async () => {
    const { keeper, service, store } = doubled();
    const other = keeper();
    const { record } = await other.open(order());
    let outcome: string | undefined;
    const keeping = keeper({
      store: wrapped(store, async (method, work) => {
        if (method === 'update') outcome = await other.close(record.id, SECRET);
        return work();
      }),
    });
    service.faults.beforeClose = times(1, broken());
    expect([await keeping.close(record.id, SECRET), outcome]).toEqual(['closing', 'closing']);

    const { record: next } = await other.open(order());
    const again = keeper({
      store: wrapped(store, async (method, work) => {
        if (method === 'update') outcome = await other.close(next.id, SECRET);
        return work();
      }),
    });
    expect([await again.close(next.id, SECRET), outcome]).toEqual(['closed', 'closed']);
    expect(service.closes).toEqual(
      new Map([
        ['akool-1', 1],
        ['akool-2', 1],
      ]),
    );
  });

  test('a lease that a jump of the clock ends is no reason to ask twice at one time in one process', async () => {
    const { keeper, service, clock } = doubled();
    const keeping = keeper();
    const { record } = await keeping.open(order());
    const answer = deferred<void>();
    service.faults.beforeClose = () => answer.promise;
    const closing = keeping.close(record.id, SECRET);
    await asked(service);
    clock.wallStep(3_600_000);
    const sweeping = keeping.sweep();
    // Beside the deadline, the renewal and the page: the sweep has taken the record, and waits as well.
    await vi.waitFor(() => expect(clock.scheduled).toBeGreaterThan(3));
    answer.resolve();
    expect(await closing).toBe('closed');
    expect(await sweeping).toMatchObject({ closed: 1 });
    expect(service).toMatchObject({ mostAtOnce: 1 });
    expect(service.closes.get('akool-1')).toBe(1);
  });

  test('a lease is renewed while the service is asked, and the next try waits for its end', async () => {
    const { keeper, clock, service, store } = doubled();
    const keeping = keeper();
    const other = keeper();
    const { record } = await keeping.open(order());
    service.faults.beforeClose = () => new Promise((resolve) => void clock.schedule(resolve, 60_000));
    const closing = keeping.close(record.id, SECRET);
    await asked(service);
    for (let second = 0; second < 60; second++) {
      expect(await other.sweep()).toEqual({ closed: 0, postponed: 0, unresolved: [] });
      await clock.advance(1_000);
    }
    expect(await closing).toBe('closing');
    await keeping.settled();
    expect(service.mostAtOnce).toBe(1);
    expect(service.closes.get('akool-1')).toBe(1);
    expect((await store.find(record.id))?.state).toBe('closed');
    expect(clock.scheduled).toBe(0);
  });

  test('a service half that never answers is given up in the end, and asked again', async () => {
    const { keeper, clock, service, store } = doubled();
    const keeping = keeper();
    const { record } = await keeping.open(order());
    service.faults.beforeClose = times(1, () => new Promise(() => {}));
    const closing = keeping.close(record.id, SECRET);
    await asked(service);
    await clock.advance(4 * TIMINGS.closeMs);
    expect(await closing).toBe('closing');
    expect(await store.find(record.id)).toMatchObject({ state: 'closing', attempts: 1 });
    await clock.advance(1_000);
    expect(await keeping.sweep()).toMatchObject({ closed: 1 });
    expect(clock.scheduled).toBe(0);
  });

  test('an hour after its end the service has ended it, whatever it answers', async () => {
    const { keeper, clock, service, store, log } = doubled();
    const keeping = keeper();
    const { record } = await keeping.open(order());
    service.faults.beforeClose = broken();
    await keeping.close(record.id, SECRET);
    while (clock.wallNow() < record.endsAt + 3_600_000) {
      await clock.advance(300_000);
      expect((await store.find(record.id))?.state).toBe('closing');
      await keeping.sweep();
    }
    await clock.advance(300_000);
    await keeping.sweep();
    expect(await store.find(record.id)).toMatchObject({ state: 'closed', usedMs: 300_000 });
    expect(log.join('\n')).toContain('gave up');
  });

  test('a service that wants to be left alone is, for five minutes at most', async () => {
    const { keeper, clock, service, store } = doubled();
    const keeping = keeper();
    const { record } = await keeping.open(order());
    service.close = () =>
      Promise.reject(
        new AvatarError('service-busy', 'Later.', { service: 'akool', retryAfterMs: 3_600_000 }),
      );
    await keeping.close(record.id, SECRET);
    expect((await store.find(record.id))?.dueAt).toBe(clock.wallNow() + 300_000);
  });
});

describe('closing all (a double of a service)', () => {
  test('everything that stands open is closed, what waits for another try at once, eight at a time', async () => {
    const { keeper, service, store, clock } = doubled();
    const keeping = keeper({ limits: { ...DEFAULT_LIMITS, sessionsPerCaller: 50 } });
    const opened = await Promise.all(Array.from({ length: 20 }, () => keeping.open(order())));
    service.faults.beforeClose = broken();
    for (let failures = 0; failures < 7; failures++) {
      await keeping.close(opened[0]?.record.id ?? '', SECRET);
      await clock.advance(Math.min(30_000, 1_000 * 2 ** failures));
      await keeping.sweep();
    }
    let most = 0;
    let now = 0;
    service.faults.beforeClose = async () => {
      most = Math.max(most, ++now);
      await Promise.resolve();
    };
    service.faults.afterClose = async () => void now--;
    await keeping.closeAll();
    expect(service.standing.size).toBe(0);
    expect((await store.tally()).closed).toBe(20);
    expect(await store.list(['closed'], 99)).toContainEqual(
      expect.objectContaining({ endReason: 'shut-down' }),
    );
    expect(most).toBeLessThanOrEqual(8);
    expect(most).toBeGreaterThan(1);
  });

  test('it waits for what is being opened, and no longer than a close may take', async () => {
    const { keeper, service, clock } = doubled();
    const keeping = keeper();
    await keeping.open(order());
    const opening = vi.fn(() => new Promise<void>((resolve) => void clock.schedule(resolve, 10_000)));
    service.faults.beforeOpen = opening;
    const late = keeping.open(order());
    await vi.waitFor(() => expect(opening).toHaveBeenCalled());
    keeping.stop();
    service.faults.beforeClose = times(1, () => new Promise(() => {}));
    const closing = keeping.closeAll();
    await clock.advance(10_000 + TIMINGS.closeMs);
    await late;
    await closing;
    expect(service.standing.size).toBe(1);
    // The one that hangs is given up as any other, and `settled` waits for that.
    await clock.advance(4 * TIMINGS.closeMs);
    await keeping.settled();
    expect(clock.scheduled).toBe(0);
  });
});

async function asked(service: ServiceDouble): Promise<void> {
  await vi.waitFor(() => expect(service.closes.size).toBe(1));
}

function doubled() {
  const clock = createVirtualClock();
  const service = serviceDouble(clock);
  return { ...bench([service], clock), service };
}
