import { afterEach, expect, test, vi } from 'vitest';
import { systemClock } from '../src/clock';

afterEach(() => vi.useRealTimers());

test.each([Infinity, 2 ** 31, 1e12])(
  'a timer of %d ms waits, where the host would fire it at once',
  (delayMs) => {
    vi.useFakeTimers();
    const set = vi.spyOn(globalThis, 'setTimeout');
    const cancel = systemClock.schedule(() => {}, delayMs);
    expect(set).toHaveBeenCalledWith(expect.any(Function), 2 ** 31 - 1);
    cancel();
    expect(vi.getTimerCount()).toBe(0);
  },
);

test('a timer never rings early: hosts cut fractions of a millisecond off', () => {
  vi.useFakeTimers();
  const set = vi.spyOn(globalThis, 'setTimeout');
  systemClock.schedule(() => {}, 19.2);
  expect(set).toHaveBeenCalledWith(expect.any(Function), 20);
});
