import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '../src/index';

describe('the virtual clock', () => {
  test('calls what is due in the order of its time, and of two at once the older first', async () => {
    const clock = createVirtualClock();
    const calls: string[] = [];
    clock.schedule(() => calls.push(`late at ${clock.now()}`), 20);
    clock.schedule(() => calls.push(`early at ${clock.now()}`), 10);
    clock.schedule(() => calls.push(`also late at ${clock.now()}`), 20);
    await clock.advance(25);
    expect(calls).toEqual(['early at 10', 'late at 20', 'also late at 20']);
    expect(clock.now()).toBe(25);
  });

  test('does not call what is not due, and what was cancelled never', async () => {
    const clock = createVirtualClock();
    const calls: string[] = [];
    const cancel = clock.schedule(() => calls.push('cancelled'), 5);
    clock.schedule(() => calls.push('later'), 11);
    cancel();
    cancel();
    await clock.advance(10);
    expect(calls).toEqual([]);
    expect(clock.scheduled).toBe(1);
  });

  test('lets promises settle between two timers, so that what they schedule is called in its turn', async () => {
    const clock = createVirtualClock();
    const calls: number[] = [];
    const pause = (ms: number) => new Promise<void>((resolve) => clock.schedule(resolve, ms));
    const loop = async () => {
      for (let round = 0; round < 3; round++) {
        await pause(10);
        await Promise.resolve();
        calls.push(clock.now());
      }
    };
    const done = loop();
    clock.schedule(() => calls.push(-1), 15);
    await clock.advance(30);
    await done;
    expect(calls).toEqual([10, -1, 20, 30]);
  });

  test('what a timer schedules for now is called within the same advance', async () => {
    const clock = createVirtualClock();
    let called = false;
    clock.schedule(
      () =>
        void clock.schedule(() => {
          called = true;
        }, 0),
      10,
    );
    await clock.advance(10);
    expect(called).toBe(true);
  });

  test('run moves on only as far as the promise needs', async () => {
    const clock = createVirtualClock();
    clock.schedule(() => {}, 5_000);
    const value = await clock.run(new Promise((resolve) => clock.schedule(() => resolve('there'), 700)));
    expect(value).toBe('there');
    expect(clock.now()).toBe(700);
  });

  test('run rejects as the promise does', async () => {
    const clock = createVirtualClock();
    await expect(clock.run(Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  test('run says so when nothing is scheduled that could settle the promise', async () => {
    await expect(createVirtualClock().run(new Promise(() => {}))).rejects.toThrow('nothing is scheduled');
  });

  test('run gives up after an hour of its own time', async () => {
    const clock = createVirtualClock();
    const again = () => void clock.schedule(again, 60_000);
    again();
    await expect(clock.run(new Promise(() => {}))).rejects.toThrow('within 3600000 ms');
    expect(clock.now()).toBeLessThanOrEqual(3_600_000);
  });

  test('run waits for what takes its time without a timer of this clock', async () => {
    const digest = crypto.subtle.digest('SHA-256', new Uint8Array(1_000));
    await expect(createVirtualClock().run(digest)).resolves.toBeInstanceOf(ArrayBuffer);
  });

  test('a step of the wall clock moves no timer and not the monotonic clock', async () => {
    const clock = createVirtualClock(1_000);
    let called = false;
    clock.schedule(() => {
      called = true;
    }, 50);
    clock.wallStep(-3_600_000);
    expect(clock.wallNow()).toBe(1_000 - 3_600_000);
    await clock.advance(49);
    expect(called).toBe(false);
    await clock.advance(1);
    expect(called).toBe(true);
    expect(clock.now()).toBe(50);
  });

  test('two advances at once reach the later of their ends', async () => {
    const clock = createVirtualClock();
    await Promise.all([clock.advance(100), clock.advance(250)]);
    expect(clock.now()).toBe(250);
  });
});
