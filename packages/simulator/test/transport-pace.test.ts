import { ratePolicies } from '@avatarwire/core';
import { expect, test } from 'vitest';
import { seededRandom } from '../src/random';
import { createPace } from '../src/transport/pace';
import { createVirtualClock } from '../src/virtual-clock';

interface HandedOver {
  readonly at: number;
  readonly bytes: number;
}

/** The fullest second, wherever it begins. */
function fullestSecond(all: readonly HandedOver[]): { packets: number; bytes: number } {
  const seconds = all.map(({ at }) => all.filter((other) => other.at >= at && other.at < at + 1_000));
  return {
    packets: Math.max(...seconds.map(({ length }) => length)),
    bytes: Math.max(...seconds.map((second) => second.reduce((sum, { bytes }) => sum + bytes, 0))),
  };
}

test.each(['agora', 'trtc'] as const)(
  'over %s no second holds more packets or bytes than the network takes, and hardly fewer',
  async (provider) => {
    const clock = createVirtualClock();
    const pace = createPace(ratePolicies[provider], clock);
    const random = seededRandom(3);
    const handedOver: HandedOver[] = [];
    const sizes = Array.from({ length: 300 }, () => 20 + Math.floor(random() * 600));
    const all = Promise.all(
      sizes.map(async (bytes) => {
        await pace.turn(bytes);
        handedOver.push({ at: clock.now(), bytes });
      }),
    );
    await clock.run(all);

    const { packetsPerSecond, bytesPerSecond } = ratePolicies[provider];
    const fullest = fullestSecond(handedOver);
    expect(fullest.packets).toBeLessThanOrEqual(packetsPerSecond);
    expect(fullest.bytes).toBeLessThanOrEqual(bytesPerSecond);
    expect(fullest.bytes).toBeGreaterThan(bytesPerSecond - 620);
    expect(handedOver.map(({ bytes }) => bytes)).toEqual(sizes);
  },
);

test('many small packets are held to the number a second', async () => {
  const clock = createVirtualClock();
  const pace = createPace(ratePolicies.trtc, clock);
  const startedAt = clock.now();
  for (let sent = 0; sent < 61; sent++) await clock.run(pace.turn(10));
  expect(clock.now() - startedAt).toBe(2_020);
});

test('without a rate nothing waits', async () => {
  const clock = createVirtualClock();
  const pace = createPace(ratePolicies.livekit, clock);
  const startedAt = clock.now();
  await clock.run(Promise.all(Array.from({ length: 1_000 }, () => pace.turn(15_000))));
  expect(clock.now()).toBe(startedAt);
});

test('closing rejects whoever waits, at once', async () => {
  const clock = createVirtualClock();
  const pace = createPace({ packetsPerSecond: 1, bytesPerSecond: 1_000 }, clock);
  await pace.turn(10);
  const waiting = Promise.allSettled([pace.turn(10), pace.turn(10)]);
  await Promise.resolve();
  pace.close();
  const startedAt = clock.now();
  const outcomes = await waiting;
  expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toEqual([
    'not-connected',
    'not-connected',
  ]);
  expect(clock.now()).toBe(startedAt);
  expect(clock.scheduled).toBe(0);
});
