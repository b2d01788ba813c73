import { AvatarError } from '@avatarwire/core';
import { createVirtualClock, type VirtualClock } from '@avatarwire/simulator';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Refusal } from '../../src/refusal';
import type { SessionKeeper } from '../../src/sessions/keeper';
import { type Life, life } from './support/lives';
import { broken, type ServiceDouble, serviceDouble } from './support/service-double';
import { type Bench, bench, order, SECRET } from './support/stage';
import { type FailingStore, failingStore } from './support/store-doubles';
import { sweepToTheEnd } from './support/to-the-end';

type Step =
  | { readonly do: 'open'; readonly seconds: number; readonly again: boolean; readonly leaves: boolean }
  | { readonly do: 'close' | 'beat' | 'call-gone'; readonly session: number }
  | { readonly do: 'sweep' | 'close-all' | 'another-keeper' | 'settle' }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'set-clock'; readonly ms: number }
  | { readonly do: 'crash'; readonly in: number; readonly when: 'before' | 'after' }
  | {
      readonly do: 'store-fails';
      readonly in: number;
      readonly times: number;
      readonly when: 'before' | 'after';
    }
  | {
      readonly do: 'service-fails';
      readonly at: 'beforeOpen' | 'afterOpen' | 'beforeClose' | 'afterClose' | 'beforeList';
      readonly times: number;
      readonly how: 'refuses' | 'breaks' | 'is-slow';
    };

const when = fc.constantFrom('before' as const, 'after' as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('open' as const),
      seconds: fc.constantFrom(60, 300, 1_200),
      again: fc.boolean(),
      leaves: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('close' as const, 'beat' as const, 'call-gone' as const),
      session: fc.nat(4),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'sweep' as const,
        'close-all' as const,
        'another-keeper' as const,
        'settle' as const,
      ),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 1_000, 6_000, 21_000, 60_000, 160_000, 300_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('set-clock' as const),
      ms: fc.constantFrom(-3_600_000, -60_000, 60_000, 3_600_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('crash' as const), in: fc.nat(6), when }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('store-fails' as const),
      in: fc.nat(4),
      times: fc.integer({ min: 1, max: 5 }),
      when,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('service-fails' as const),
      at: fc.constantFrom(
        'beforeOpen' as const,
        'afterOpen' as const,
        'beforeClose' as const,
        'afterClose' as const,
        'beforeList' as const,
      ),
      times: fc.integer({ min: 1, max: 4 }),
      how: fc.constantFrom('refuses' as const, 'breaks' as const, 'is-slow' as const),
    }),
  },
);

/** All keepers stand on one store, which fails for all of them at one time. */
interface World {
  readonly clock: VirtualClock;
  readonly service: ServiceDouble;
  readonly on: Bench;
  readonly failing: FailingStore;
  readonly exclusive: boolean;
  readonly sessions: string[];
  readonly keepers: { readonly keeper: SessionKeeper; readonly mortal: Life }[];
  readonly unexpected: unknown[];
  /** Ids of intents that a sweep called unresolved. */
  readonly reported: Set<string>;
}

function world(exclusive: boolean): World {
  const clock = createVirtualClock();
  const service = serviceDouble(clock);
  const on = bench([service], clock);
  return {
    clock,
    service,
    on,
    failing: failingStore(on.store),
    exclusive,
    sessions: [],
    keepers: [],
    unexpected: [],
    reported: new Set(),
  };
}

const PLENTY = { sessionsPerCaller: 9, sessionsInAll: 9, secondsPerCallerAndDay: 86_400 };

function begin({ on, failing, service, exclusive, keepers }: World): void {
  const mortal = life();
  const keeper = on.keeper({
    store: mortal.store(failing.store),
    services: [mortal.service(service)],
    exclusiveKeys: exclusive ? ['akool'] : [],
    limits: PLENTY,
    random: () => 0.5,
  });
  keepers.push({ keeper, mortal });
}

/** Nothing is waited for: steps overlap, as requests do. */
async function perform(on: World, wanted: Step): Promise<void> {
  const { clock, service, failing, sessions, keepers } = on;
  const alive = keepers.filter(({ mortal }) => !mortal.dead);
  if (alive.length === 0) begin(on);
  const current = keepers.at(-1);
  if (!current) throw new Error('There is a keeper.');
  const { keeper, mortal } = current;
  const expected = (promise: Promise<unknown>) =>
    void promise.catch((error: unknown) => {
      const fine = error instanceof Refusal || /the store|the page/.test(String(error));
      if (!fine) on.unexpected.push(error);
    });
  const id = 'session' in wanted ? (sessions.at(-1 - wanted.session) ?? 'none') : '';

  switch (wanted.do) {
    case 'open': {
      const gone = new AbortController();
      const page = order('akool', {
        opening: { service: 'akool', request: { avatarId: 'a', durationSeconds: wanted.seconds } },
        gone: gone.signal,
      });
      const open = () => keeper.open(page).then(({ record }) => void sessions.push(record.id));
      expected(open());
      if (wanted.again) expected(open());
      if (wanted.leaves) clock.schedule(() => gone.abort(new Error('the page is gone')), 500);
      break;
    }
    case 'close':
      expected(keeper.close(id, SECRET));
      break;
    case 'beat':
      expected(keeper.beat({ id: 'ann' }, id));
      break;
    case 'call-gone': {
      const { signal } = new AbortController();
      service.call = () => Promise.reject(new AvatarError('session-gone', 'There is none.'));
      expected(keeper.owned({ id: 'ann' }, id).then((session) => keeper.call(session, 'task', {}, signal)));
      break;
    }
    case 'sweep':
      for (const each of alive) {
        const sweeping = each.keeper.sweep();
        expected(
          sweeping.then(({ unresolved }) => unresolved.forEach((lost) => void on.reported.add(lost.id))),
        );
      }
      break;
    case 'close-all':
      expected(keeper.closeAll());
      break;
    case 'another-keeper':
      begin(on);
      break;
    case 'settle':
      await clock.advance(10);
      break;
    case 'wait':
      await clock.advance(wanted.ms);
      break;
    case 'set-clock':
      clock.wallStep(wanted.ms);
      break;
    case 'crash':
      mortal.dieAt(mortal.steps.length + wanted.in, wanted.when);
      break;
    case 'store-fails': {
      const first = failing.calls.length + wanted.in;
      failing.fails = (number) =>
        number >= first && number < first + wanted.times ? wanted.when : undefined;
      break;
    }
    case 'service-fails': {
      let left = wanted.times;
      service.faults[wanted.at] = async () => {
        if (left-- <= 0) return;
        await new Promise<void>(
          (resolve) => void clock.schedule(resolve, wanted.how === 'is-slow' ? 50_000 : 1),
        );
        // A service half that has opened something does not say that it refused.
        if (wanted.how === 'refuses' && wanted.at !== 'afterOpen') await broken('service-refused')();
        if (wanted.how !== 'is-slow') throw new TypeError('broken');
      };
      break;
    }
  }
  // A digest takes a turn of the machine, not of the clock.
  await new Promise((resolve) => void setTimeout(resolve, 1));
}

async function heal({ clock, failing, service, keepers }: World): Promise<void> {
  failing.fails = () => undefined;
  for (const at of ['beforeOpen', 'afterOpen', 'beforeClose', 'afterClose', 'beforeList'] as const) {
    service.faults[at] = async () => {};
  }
  // What is slow ends, in the processes that live.
  await clock.advance(400_000);
  for (const { mortal } of keepers) mortal.kill();
}

test.each([
  ['the key is the broker’s alone: nothing stays open', true],
  ['others use the key, too: nothing stays open that was not reported', false],
])(
  'whatever happens to pages, clocks, the store, the service and the processes, in any order: %s (a double of a service)',
  async (_, exclusive) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const on = world(exclusive);
        begin(on);
        for (const each of steps) await perform(on, each);
        await heal(on);
        begin(on);
        const last = on.keepers.at(-1)?.keeper;
        if (!last) throw new Error('There is a keeper.');
        const reported = new Set([
          ...on.reported,
          ...(await sweepToTheEnd(last, on.clock, 4 * 3_600_000)),
          ...givenUpInLog(on.on.log),
        ]);

        expect(on.unexpected).toEqual([]);
        if (exclusive) expect([...on.service.standing]).toEqual([]);
        else expect(on.service.standing.size).toBeLessThanOrEqual(reported.size);
        const { opening, open, closing, unresolved: left } = await on.on.store.tally();
        expect({ opening, open, closing, left }).toEqual({ opening: 0, open: 0, closing: 0, left: 0 });
        expect(on.clock.scheduled).toBe(0);
      }),
      { numRuns: 150 },
    );
  },
  120_000,
);

/** A keeper that is killed while it gives up an intent has logged it, and returns no report. */
function givenUpInLog(log: readonly string[]): readonly string[] {
  return log.flatMap((line) => /never resolved.*{"id":"([\w-]{22})"/.exec(line)?.[1] ?? []);
}
