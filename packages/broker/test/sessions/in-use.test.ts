/** The other half of what properties.test.ts asks: what somebody uses is not closed. */

import { AvatarError } from '@avatarwire/core';
import { createVirtualClock } from '@avatarwire/simulator';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SessionKeeper } from '../../src/sessions/keeper';
import { type Life, life } from './support/lives';
import { serviceDouble, times } from './support/service-double';
import { bench, order, SECRET } from './support/stage';
import { failingStore } from './support/store-doubles';

const TICK_MS = 10_000;
const TICKS = 60;
const BEAT_TICKS = 3;
/** An outage of the store: a page misses three signs at most. */
const OUTAGE_TICKS = 6;

const happening = fc.constantFrom(
  ...(['nothing', 'sweep', 'sweep', 'crash', 'another-keeper', 'store-down', 'stranger', 'leaver'] as const),
  ...(['repeat', 'refused-call', 'close-fails', 'list-fails', 'open-breaks', 'set-back'] as const),
);

const steps = fc.array(fc.tuple(happening, fc.nat(9)), { minLength: TICKS, maxLength: TICKS });

test('whatever else happens, a session whose page gives its signs stays open until the page closes it (a double of a service)', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const clock = createVirtualClock();
      const service = serviceDouble(clock);
      const { store, keeper } = bench([service], clock);
      const failing = failingStore(store);
      const keepers: { keeper: SessionKeeper; mortal: Life }[] = [];
      const begin = () => {
        const mortal = life();
        const wrapped = { store: mortal.store(failing.store), services: [mortal.service(service)] };
        keepers.push({ mortal, keeper: keeper({ ...wrapped, exclusiveKeys: ['akool'], random: () => 0.5 }) });
      };
      const anyOf = (number: number) => {
        const alive = keepers.filter(({ mortal }) => !mortal.dead);
        const one = alive[number % alive.length];
        if (!one) throw new Error('There is a keeper.');
        return one;
      };
      const regardless = (work: Promise<unknown>) => void work.catch(() => {});
      const orderOf = (id: string) =>
        order('akool', {
          caller: { id },
          opening: { service: 'akool', request: { avatarId: 'a', durationSeconds: 3_600 } },
        });

      begin();
      begin();
      const wanted = orderOf('ann');
      const { record } = await anyOf(0).keeper.open(wanted);
      await anyOf(0).keeper.beat(wanted.caller, record.id);
      let outageEnds = 0;
      let calm = 0;

      for (const [tick, [what, number]] of all.entries()) {
        if (tick === outageEnds) failing.fails = () => undefined;
        const { keeper: one, mortal } = anyOf(number);
        if (tick % BEAT_TICKS === 0) {
          // By each, so that no sign is lost with a broker that dies of it.
          for (const each of keepers) regardless(each.keeper.beat(wanted.caller, record.id));
        }
        switch (what) {
          case 'nothing':
            break;
          case 'sweep':
            regardless(one.sweep());
            break;
          case 'crash':
            begin();
            mortal.dieAt(mortal.steps.length + number, number % 2 === 0 ? 'before' : 'after');
            break;
          case 'another-keeper':
            begin();
            break;
          case 'store-down':
            if (tick < calm) break;
            outageEnds = tick + OUTAGE_TICKS;
            calm = outageEnds + OUTAGE_TICKS;
            failing.fails = () => (number % 2 === 0 ? 'before' : 'after');
            break;
          case 'stranger':
            regardless(one.open(orderOf(`stranger-${tick}`)));
            break;
          case 'leaver':
            regardless(one.open({ ...orderOf(`leaver-${tick}`), gone: AbortSignal.timeout(0) }));
            break;
          case 'repeat':
            regardless(one.open(wanted));
            break;
          case 'refused-call': {
            service.call = () => Promise.reject(new AvatarError('service-refused', 'Not now.'));
            const { signal } = new AbortController();
            regardless(one.call(record, 'task', {}, signal));
            break;
          }
          case 'close-fails':
            service.faults.beforeClose = times(number, () => Promise.reject(new TypeError('broken')));
            break;
          case 'list-fails':
            service.faults.beforeList = times(number, () => Promise.reject(new TypeError('broken')));
            break;
          case 'open-breaks':
            service.faults.afterOpen = times(number, () => Promise.reject(new TypeError('broken')));
            break;
          case 'set-back':
            clock.wallStep(-60_000 * number);
        }
        // A digest takes a turn of the machine, not of the clock.
        await new Promise((resolve) => void setTimeout(resolve, 1));
        await clock.advance(TICK_MS);
      }

      failing.fails = () => undefined;
      expect(await store.find(record.id)).toMatchObject({ state: 'open' });
      expect(service.closes.get(record.serviceSessionId ?? '')).toBeUndefined();
      service.faults.beforeClose = async () => {};
      begin();
      expect(await keepers.at(-1)?.keeper.close(record.id, SECRET)).toBe('closed');
    }),
    { numRuns: 50 },
  );
}, 120_000);
