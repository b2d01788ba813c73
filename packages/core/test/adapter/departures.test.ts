import { describe, expect, test, vi } from 'vitest';
import { Departures } from '../../src/adapter';
import { createManualClock } from '../support/manual-clock';

function setUp() {
  const clock = createManualClock();
  return { clock, departures: new Departures(clock), left: vi.fn() };
}

describe('a departure', () => {
  test('counts after three seconds, once', async () => {
    const { clock, departures, left } = setUp();
    departures.add('avatar', left);
    await clock.advance(2_999);
    expect(left).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(left).toHaveBeenCalledOnce();
    departures.expire('avatar');
    expect(left).toHaveBeenCalledOnce();
  });

  test('does not count where who left is back in time', async () => {
    const { clock, departures, left } = setUp();
    departures.add('avatar', left);
    departures.cancel('avatar');
    await clock.advance(10_000);
    expect(left).not.toHaveBeenCalled();
    expect(clock.pendingTimers).toBe(0);
  });

  test('counts at once where something else proves it', () => {
    const { clock, departures, left } = setUp();
    departures.add('avatar', left);
    departures.expire('avatar');
    expect(left).toHaveBeenCalledOnce();
    expect(clock.pendingTimers).toBe(0);
  });

  test('that is told twice counts three seconds after the second', async () => {
    const { clock, departures, left } = setUp();
    const first = vi.fn();
    departures.add('avatar', first);
    await clock.advance(2_000);
    departures.add('avatar', left);
    await clock.advance(2_999);
    expect(left).not.toHaveBeenCalled();
    await clock.advance(1);
    expect([first.mock.calls.length, left.mock.calls.length]).toEqual([0, 1]);
  });

  test('waits while the link is down, and has its whole grace when it is up', async () => {
    const { clock, departures, left } = setUp();
    const during = vi.fn();
    departures.add('before', left);
    await clock.advance(2_000);
    departures.hold();
    departures.add('during', during);
    await clock.advance(60_000);
    expect([left.mock.calls.length, during.mock.calls.length]).toEqual([0, 0]);
    departures.resume();
    await clock.advance(2_999);
    expect([left.mock.calls.length, during.mock.calls.length]).toEqual([0, 0]);
    await clock.advance(1);
    expect([left.mock.calls.length, during.mock.calls.length]).toEqual([1, 1]);
  });

  test('is forgotten at the end, with its timer', async () => {
    const { clock, departures, left } = setUp();
    departures.add('avatar', left);
    departures.add('other', left);
    departures.clear();
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(10_000);
    expect(left).not.toHaveBeenCalled();
  });
});
