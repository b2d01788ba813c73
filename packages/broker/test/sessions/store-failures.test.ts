import { createVirtualClock } from '@avatarwire/simulator';
import { describe, expect, test } from 'vitest';
import { broken, serviceDouble, times } from './support/service-double';
import { bench, order, SECRET, stage } from './support/stage';
import { failingStore } from './support/store-doubles';
import { sweepToTheEnd } from './support/to-the-end';

const HOUR = { service: 'akool', request: { avatarId: 'mock-avatar', durationSeconds: 3_600 } };

async function tell(keeper: ReturnType<Awaited<ReturnType<typeof stage>>['keeper']>): Promise<void> {
  const { record } = await keeper.open(order('akool', { opening: HOUR }));
  await keeper.beat({ id: 'ann' }, record.id);
  await keeper.sweep();
  await keeper.close(record.id, SECRET);
}

const calls = async () => {
  const { keeper, store } = await stage();
  const failing = failingStore(store);
  await tell(keeper({ store: failing.store }));
  return failing.calls;
};

describe.each(['before', 'after'] as const)(
  'a store that fails %s it has done what it was asked (AKOOL mock over HTTP)',
  (when) => {
    test('at any one call: the session is closed in the end, and none is lost', async () => {
      const count = (await calls()).length;
      expect(count).toBeGreaterThan(7);
      for (let fatal = 0; fatal < count; fatal++) {
        const { keeper, store, mock, clock } = await stage();
        const failing = failingStore(store);
        failing.fails = (number) => (number === fatal ? when : undefined);
        const keeping = keeper({ store: failing.store });
        await tell(keeping).catch(() => {});
        const reported = await sweepToTheEnd(keeping, clock, 10 * 60_000);
        const where = `${failing.calls[fatal]} (${fatal})`;
        expect(mock.akool.opened - mock.akool.closed, where).toBe(0);
        expect(reported.size, where).toBe(0);
        const rest = { opening: 0, open: 0, closing: 0, unresolved: 0 };
        expect(await store.tally(), where).toMatchObject(rest);
      }
    });

    test('from any call on, for a minute: the same', async () => {
      const count = (await calls()).length;
      for (let first = 0; first < count; first++) {
        const { keeper, store, mock, clock } = await stage();
        const failing = failingStore(store);
        failing.fails = (number) => (number >= first ? when : undefined);
        const keeping = keeper({ store: failing.store });
        await tell(keeping).catch(() => {});
        await clock.advance(60_000);
        await keeping.sweep().catch(() => {});
        failing.fails = () => undefined;
        await sweepToTheEnd(keeping, clock, 10 * 60_000);
        expect(mock.akool.opened - mock.akool.closed, `${failing.calls[first]} (${first})`).toBe(0);
      }
    });
  },
);

describe('a store that can be read and not written, like a file on a full disk (AKOOL mock over HTTP)', () => {
  const readOnly = async () => {
    const staged = await stage();
    const failing = failingStore(staged.store);
    const keeping = staged.keeper({ store: failing.store });
    const { record } = await keeping.open(order('akool', { opening: HOUR }));
    failing.fails = (_, method) => (method === 'find' || method === 'list' ? undefined : 'before');
    return { ...staged, failing, keeping, record };
  };

  test('what the page closes is closed at its service all the same, and written down once that goes', async () => {
    const { keeping, record, failing, mock, store, clock, log } = await readOnly();
    expect(await keeping.close(record.id, SECRET)).toBe('closed');
    expect(mock.akool).toMatchObject({ opened: 1, open: 0 });
    expect(log.join('\n')).toContain('a close could not be written');

    failing.fails = () => undefined;
    await sweepToTheEnd(keeping, clock, 10 * 60_000);
    expect(await store.find(record.id)).toMatchObject({ state: 'closed' });
  });

  test('a close that the service fails, too, is kept in mind and tried again', async () => {
    const { keeping, record, mock, clock } = await readOnly();
    mock.akool.fail('server-error', { on: 'session.close', times: 3 });
    expect(await keeping.close(record.id, SECRET)).toBe('closing');
    expect(mock.akool.open).toBe(1);
    await clock.advance(60_000);
    await expect(keeping.sweep()).rejects.toThrow('the store is down');
    expect(mock.akool.open).toBe(0);
  });
});

describe('store and service down together (a double of a service)', () => {
  test('a session that can neither be written down nor closed is kept in mind, and closed when either is back', async () => {
    const clock = createVirtualClock();
    const service = serviceDouble(clock);
    const { keeper, store, log } = bench([service], clock);
    const failing = failingStore(store);
    const keeping = keeper({ store: failing.store });
    service.faults.afterOpen = async () => {
      failing.fails = () => 'before';
    };
    service.faults.beforeClose = times(3, broken());
    await expect(keeping.open(order())).rejects.toThrow('the store is down');
    expect(service.standing.size).toBe(1);
    expect(log.join('\n')).toContain('could not be written down');

    for (let minute = 0; minute < 3; minute++) {
      await clock.advance(60_000);
      await expect(keeping.sweep()).rejects.toThrow('the store is down');
    }
    expect(service.standing.size).toBe(0);
    expect(service.mostAtOnce).toBe(1);
    // Once is enough.
    const closes = service.closes.get('akool-1');
    await clock.advance(60_000);
    await expect(keeping.sweep()).rejects.toThrow('the store is down');
    expect(service.closes.get('akool-1')).toBe(closes);
  });
});
