import { expect, test, vi } from 'vitest';
import { deferred, settledWithin } from '../../src/adapter';
import { createManualClock } from '../support/manual-clock';

test.for(['resolves', 'rejects'] as const)('is over when the promise %s, without a word', async (how) => {
  const clock = createManualClock();
  const { promise, resolve, reject } = deferred<void>();
  const over = settledWithin(clock, 1_000, promise);
  if (how === 'resolves') resolve();
  else reject(new Error('left badly'));

  await expect(over).resolves.toBeUndefined();
  expect(clock.pendingTimers).toBe(0);
});

test('is over after its time where the promise never settles, and not before', async () => {
  const clock = createManualClock();
  const over = vi.fn();
  const waiting = settledWithin(clock, 1_000, new Promise(() => {})).then(over);
  await clock.advance(999);
  expect(over).not.toHaveBeenCalled();
  await clock.advance(1);
  await waiting;
  expect(over).toHaveBeenCalledOnce();
});
