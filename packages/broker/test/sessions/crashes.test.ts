import type { AvatarServiceServer } from '@avatarwire/services';
import { createVirtualClock } from '@avatarwire/simulator';
import { describe, expect, test, vi } from 'vitest';
import type { SessionKeeper } from '../../src/sessions/keeper';
import { type Life, life } from './support/lives';
import { broken, serviceDouble, times } from './support/service-double';
import { type Bench, bench, order, SECRET, stage } from './support/stage';
import { sweepToTheEnd } from './support/to-the-end';

const HOUR = { service: 'akool', request: { avatarId: 'mock-avatar', durationSeconds: 3_600 } };

interface Scene {
  readonly on: Bench;
  readonly service: AvatarServiceServer;
  readonly open: () => number;
  /** Opened and closed in time. */
  readonly accounts: () => { readonly opened: number; readonly closed: number };
}

/** Over HTTP, and the same against a double, which forgets no session by itself. */
const SCENES: readonly (readonly [string, () => Promise<Scene>])[] = [
  [
    'AKOOL mock over HTTP',
    async () => {
      const on = await stage();
      const { akool } = on.mock;
      return {
        on,
        service: on.services.akool,
        open: () => akool.open,
        accounts: () => ({ opened: akool.opened, closed: akool.closed }),
      };
    },
  ],
  [
    'a double of a service',
    async () => {
      const clock = createVirtualClock();
      const service = serviceDouble(clock);
      const open = () => service.standing.size;
      return {
        on: bench([service], clock),
        service,
        open,
        accounts: () => ({ opened: service.opened, closed: service.opened - open() }),
      };
    },
  ],
];

/** What happens to a session whose process is killed somewhere in it. */
const STORIES: readonly (readonly [string, (keeper: SessionKeeper, mortal: Life) => Promise<unknown>])[] = [
  [
    'open, beat, close',
    async (keeper) => {
      const { record } = await keeper.open(order('akool', { opening: HOUR }));
      await keeper.beat({ id: 'ann' }, record.id);
      await keeper.close(record.id, SECRET);
    },
  ],
  [
    'open for a page that is gone',
    async (keeper, mortal) => {
      const gone = new AbortController();
      mortal.onStep = (what) => {
        if (what === 'service.open') gone.abort();
      };
      const opening = keeper.open(order('akool', { opening: HOUR, gone: gone.signal }));
      await opening.catch(() => {});
      await keeper.settled();
    },
  ],
  [
    'open twice with one key',
    async (keeper) => {
      const wanted = order('akool', { opening: HOUR });
      await keeper.open(wanted);
      await keeper.open(wanted).catch(() => {});
    },
  ],
];

describe.each(SCENES)('a process killed at every step (%s)', (_, begin) => {
  describe.each(STORIES)('%s', (_story, tell) => {
    async function run(scene: Scene, mortal: Life, exclusive: boolean): Promise<Scene> {
      const { on, service } = scene;
      const keeper = on.keeper({
        store: mortal.store(on.store),
        services: [mortal.service(service)],
        exclusiveKeys: exclusive ? ['akool'] : [],
      });
      const told = { over: false };
      const over = () => {
        told.over = true;
      };
      tell(keeper, mortal).then(over, over);
      await vi.waitFor(() => expect(told.over || mortal.dead).toBe(true), { interval: 1 });
      return scene;
    }

    async function steps(): Promise<readonly string[]> {
      const mortal = life();
      await run(await begin(), mortal, false);
      return mortal.steps;
    }

    test.each([
      ['the key is the broker’s alone: nothing stays open', true],
      ['others use the key, too: nothing stays open that is not reported', false],
    ])('%s', async (_title, exclusive) => {
      const count = (await steps()).length;
      expect(count).toBeGreaterThan(3);
      for (let step = 0; step < count; step++) {
        for (const when of ['before', 'after'] as const) {
          const mortal = life();
          mortal.dieAt(step, when);
          const scene = await run(await begin(), mortal, exclusive);
          const { on } = scene;
          const next = on.keeper({ exclusiveKeys: exclusive ? ['akool'] : [] });
          const reported = await sweepToTheEnd(next, on.clock, 20 * 60_000);
          const where = `killed ${when} ${mortal.steps.at(-1)} (${step})`;
          const { opened, closed } = scene.accounts();
          if (exclusive) expect(closed, where).toBe(opened);
          else expect(opened - closed, where).toBeLessThanOrEqual(reported.size);
          // Only where the id was on its way.
          if (opened > closed) expect(mortal.steps.at(-1), where).toMatch(/service.open|store.update/);
          expect((await on.store.tally()).open, where).toBe(0);
          expect((await on.store.tally()).closing, where).toBe(0);
        }
      }
    });
  });
});

describe('a process killed while it closes (AKOOL mock over HTTP)', () => {
  test('nobody else closes before its lease is over; then somebody does', async () => {
    const { keeper, mock, store, services, clock } = await stage();
    const mortal = life();
    const dying = keeper({ store: mortal.store(store), services: [mortal.service(services.akool)] });
    const { record } = await dying.open(order());
    mortal.dieAt(mortal.steps.length + 2, 'before');
    void dying.close(record.id, SECRET).catch(() => {});
    await vi.waitFor(() => expect(mortal.dead).toBe(true));
    expect(mortal.steps.at(-1)).toBe('service.close');

    const next = keeper();
    await clock.advance(24_999);
    expect(await next.sweep()).toMatchObject({ closed: 0 });
    expect(await next.close(record.id, SECRET)).toBe('closing');
    await clock.advance(1);
    expect(await next.sweep()).toMatchObject({ closed: 1 });
    expect(mock.akool).toMatchObject({ open: 0, closed: 1 });
    expect(await store.find(record.id)).toMatchObject({ state: 'closed', endReason: 'requested' });
  });

  test('killed with 50 open sessions and 10 creates in flight: one sweep closes what has an id, and lists the rest', async () => {
    const { keeper, mock, store, services, clock } = await stage();
    const many = { sessionsPerCaller: 60, sessionsInAll: 60, secondsPerCallerAndDay: 1_000_000 };
    const mortal = life();
    const dying = keeper({
      store: mortal.store(store),
      services: [mortal.service(services.akool)],
      limits: many,
    });
    const page = () => dying.open(order('akool', { opening: HOUR }));
    await Promise.all(Array.from({ length: 50 }, page));
    const held = mock.akool.fail('unanswered', { on: 'session.create', times: 10 });
    for (let count = 0; count < 10; count++) void page().catch(() => {});
    await vi.waitFor(() => expect(held.waiting).toBe(10));
    mortal.kill();
    held.release();
    expect(mock.akool.open).toBe(60);

    const next = keeper({ limits: many });
    await clock.advance(240_000);
    const { closed, postponed, unresolved } = await next.sweep();
    expect({ closed, postponed, unresolved: unresolved.length }).toEqual({
      closed: 50,
      postponed: 0,
      unresolved: 10,
    });
    expect(mock.akool).toMatchObject({ open: 10, closed: 50 });
  });
});

describe('two keepers on one store (a double of a service)', () => {
  test('whatever both do at one time, and however slow the service is, one record is closed by one of them', async () => {
    const clock = createVirtualClock();
    const service = serviceDouble(clock);
    const { keeper } = bench([service], clock);
    const one = keeper();
    const two = keeper();
    const { record } = await one.open(order('akool', { opening: HOUR }));
    service.faults.beforeClose = times(4, async () => {
      await new Promise<void>((resolve) => void clock.schedule(resolve, 70_000));
      await broken()();
    });
    await clock.advance(150_000);
    const outcomes: Promise<unknown>[] = [];
    for (let round = 0; round < 60; round++) {
      const all = [one, two].flatMap((each) => [
        each.close(record.id, SECRET),
        each.sweep(),
        each.sweep(),
        ...(round % 7 === 0 ? [each.closeAll()] : []),
      ]);
      outcomes.push(...all);
      await vi.waitFor(() => expect(service.closes.size).toBe(1));
      await clock.advance(10_000);
      expect(service.mostAtOnce).toBe(1);
    }
    await Promise.all([one.settled(), two.settled(), ...outcomes]);
    expect(service.standing.size).toBe(0);
    expect(service.closes.get('akool-1')).toBe(5);
  });
});
