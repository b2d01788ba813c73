import { silentLogger } from '@avatarwire/core';
import { deferred } from '@avatarwire/core/adapter';
import { createVirtualClock } from '@avatarwire/simulator';
import { expect, test } from 'vitest';
import { startSweeping } from '../../src/node/sweeping';
import type { SweepReport } from '../../src/options';

const NOTHING: SweepReport = { closed: 0, postponed: 0, unresolved: [] };

function sweeping(sweep: () => Promise<SweepReport>) {
  const clock = createVirtualClock();
  const outcomes: string[] = [];
  const errors: unknown[] = [];
  const running = startSweeping({
    sweep,
    everyMs: 5_000,
    clock,
    logger: { ...silentLogger, error: (_, details) => errors.push(details?.error) },
    onSwept: (ms, outcome) => outcomes.push(`${outcome} ${ms}`),
  });
  return { clock, outcomes, errors, running };
}

test('it sweeps at once, and then every so often', async () => {
  const { clock, outcomes, running } = sweeping(async () => NOTHING);
  await clock.advance(0);
  expect(outcomes).toEqual(['done 0']);
  await clock.advance(15_000);
  expect(outcomes).toHaveLength(4);
  running.stop();
});

test('one sweep ends before the next begins, however long it takes', async () => {
  let under = 0;
  const sweep = async () => {
    expect(++under).toBe(1);
    await new Promise<void>((resolve) => clock.schedule(resolve, 12_000));
    under--;
    return NOTHING;
  };
  const clock = createVirtualClock();
  const outcomes: number[] = [];
  const running = startSweeping({
    sweep,
    everyMs: 5_000,
    clock,
    logger: silentLogger,
    onSwept: (ms) => outcomes.push(ms),
  });
  await clock.advance(12_000 + 5_000 + 12_000);
  expect(outcomes).toEqual([12_000, 12_000]);
  running.stop();
  await clock.advance(12_000);
});

test('a sweep that fails is reported, and the next one comes', async () => {
  const failure = new Error('no store');
  let calls = 0;
  const { clock, outcomes, errors, running } = sweeping(async () => {
    if (++calls === 1) throw failure;
    return NOTHING;
  });
  await clock.advance(5_000);
  expect(outcomes).toEqual(['failed 0', 'done 0']);
  expect(errors).toEqual([failure]);
  running.stop();
});

test('after a stop the one under way ends, and none begins', async () => {
  const under = deferred<SweepReport>();
  const { clock, outcomes, running } = sweeping(() => under.promise);
  running.stop();
  await clock.advance(60_000);
  under.resolve(NOTHING);
  await clock.advance(60_000);
  expect(outcomes).toEqual(['done 60000']);
  expect(clock.scheduled).toBe(0);
});
