import { expect, onTestFinished, test, vi } from 'vitest';
import type { Statistics } from '../../src/transport';
import { stage } from '../support/stage';

/** A session whose transports measure: the figures say which transport was asked, and how often. */
function measured(answer: (figures: Statistics) => Promise<Statistics> = async (figures) => figures) {
  const asked: number[] = [];
  const given = stage({
    script: (attempt) => ({
      statistics: () => {
        asked[attempt] = (asked[attempt] ?? 0) + 1;
        return answer({ bytesSent: asked[attempt], roundTripMs: attempt });
      },
    }),
  });
  return { ...given, asked };
}

test('nobody is asked while nobody listens', async () => {
  const { live, clock, asked } = measured();
  await live();
  await clock.advance(10_000);
  expect(asked).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});

test('a listener hears at once and every second, until it is taken back', async () => {
  const { session, live, clock, asked } = measured();
  const heard: Statistics[] = [];
  const stop = session.onStatistics((figures) => heard.push(figures));
  await clock.advance(5_000);
  expect(asked).toEqual([]);
  await live();
  await clock.advance(2_500);
  expect(heard).toEqual([1, 2, 3].map((bytesSent) => ({ bytesSent, roundTripMs: 0 })));
  stop();
  stop();
  expect(clock.pendingTimers).toBe(0);
  await clock.advance(5_000);
  expect(asked).toEqual([3]);
});

test('listeners of several rates share one question where they are due together', async () => {
  const { session, live, clock, asked } = measured();
  await live();
  let [fast, slow] = [0, 0];
  session.onStatistics(() => fast++, { everyMs: 250 });
  session.onStatistics(() => slow++);
  await clock.advance(2_000);
  expect([fast, slow]).toEqual([9, 3]);
  expect(asked).toEqual([9]);
  expect(clock.pendingTimers).toBe(1);
});

test('an answer that is slow is awaited, and meanwhile nobody is asked again', async () => {
  const answers: (() => void)[] = [];
  const { session, live, clock, asked } = measured(
    (figures) => new Promise((resolve) => answers.push(() => resolve(figures))),
  );
  await live();
  const heard = vi.fn();
  session.onStatistics(heard, { everyMs: 250 });
  await clock.advance(5_000);
  const late = vi.fn();
  session.onStatistics(late, { everyMs: 250 });
  await clock.advance(5_000);
  expect(asked).toEqual([1]);
  answers[0]?.();
  await clock.advance(0);
  expect(heard).toHaveBeenCalledTimes(1);
  expect(late).not.toHaveBeenCalled();
  expect(asked).toEqual([2]);
});

test('one that rejects disturbs nobody and the next is asked for in time', async () => {
  let fails = true;
  const { session, live, clock } = measured(async (figures) => {
    if (fails) throw new Error('not now');
    return figures;
  });
  await live();
  const heard = vi.fn();
  session.onStatistics(heard);
  await clock.advance(1_500);
  expect(heard).not.toHaveBeenCalled();
  fails = false;
  await clock.advance(1_000);
  expect(heard).toHaveBeenCalledExactlyOnceWith({ bytesSent: 3, roundTripMs: 0 });
});

test('nor does a transport that throws at once', async () => {
  let fails = true;
  const { session, live, clock } = measured((figures) => {
    if (fails) throw new Error('not now');
    return Promise.resolve(figures);
  });
  await live();
  const heard = vi.fn();
  session.onStatistics(heard);
  await clock.advance(0);
  fails = false;
  await clock.advance(1_000);
  expect(heard).toHaveBeenCalledOnce();
});

test('a listener may take itself and others back in its own call', async () => {
  const { session, live, clock } = measured();
  await live();
  const [once, never] = [vi.fn(), vi.fn()];
  const stops = [
    session.onStatistics((figures) => {
      once(figures);
      for (const stop of stops) stop();
    }),
    session.onStatistics(never),
  ];
  await clock.advance(3_000);
  expect(once).toHaveBeenCalledOnce();
  expect(never).not.toHaveBeenCalled();
  expect(clock.pendingTimers).toBe(0);
});

test('nothing is asked while the link is away, and at once when it is back', async () => {
  const { session, live, clock, transport, asked } = measured();
  await live();
  session.onStatistics(() => {});
  await clock.advance(0);
  transport().emit('reconnecting', {});
  expect(clock.pendingTimers).toBe(0);
  await clock.advance(5_000);
  expect(asked).toEqual([1]);
  transport().emit('reconnected', { lossy: false });
  await clock.advance(0);
  expect(asked).toEqual([2]);
});

test('a rejoin is followed, also while the old transport still owes an answer, which is heard no more', async () => {
  const answers: (() => void)[] = [];
  const { session, live, clock, transport, asked } = measured((figures) =>
    figures.roundTripMs === 0
      ? new Promise((resolve) => answers.push(() => resolve(figures)))
      : Promise.resolve(figures),
  );
  await live();
  const heard: Statistics[] = [];
  session.onStatistics((figures) => heard.push(figures));
  await clock.advance(0);
  transport().emit('closed', { reason: 'network-lost' });
  await clock.advance(0);
  transport().emit('participant-joined', { id: 'avatar' });
  await clock.advance(2_000);
  answers[0]?.();
  await clock.advance(0);
  expect(heard.map(({ roundTripMs }) => roundTripMs)).toEqual([1, 1]);
  expect(asked).toEqual([1, 2]);
});

test('the end stops it, and the listener hears of the next conversation', async () => {
  const { session, live, clock, asked } = measured();
  await live();
  session.onStatistics(() => {});
  await clock.advance(0);
  const closing = session.close();
  expect(clock.pendingTimers).toBeLessThanOrEqual(1);
  await closing;
  expect(clock.pendingTimers).toBe(0);
  await clock.advance(5_000);
  expect(asked).toEqual([1]);
  await live();
  await clock.advance(0);
  expect(asked).toEqual([1, 1]);
});

test('a transport that measures nothing costs no timer', async () => {
  const { session, live, clock } = stage();
  await live();
  session.onStatistics(() => {});
  expect(clock.pendingTimers).toBe(0);
});

test('a listener that throws is reported to the host and stops nobody', async () => {
  const { session, live, clock } = measured();
  const thrown: unknown[] = [];
  const before = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  const note = (reason: unknown) => void thrown.push(reason);
  process.on('uncaughtException', note);
  onTestFinished(() => {
    process.off('uncaughtException', note);
    for (const listener of before) process.on('uncaughtException', listener);
  });
  await live();
  const heard = vi.fn();
  session.onStatistics(() => {
    throw new Error('the page’s own');
  });
  session.onStatistics(heard);
  await clock.advance(1_000);
  expect(heard).toHaveBeenCalledTimes(2);
  await vi.waitFor(() => expect(thrown).toHaveLength(2));
});

test.each([0, 249, -1, Number.NaN, Infinity, '1000'])('everyMs of %o is refused', (everyMs) => {
  const { session } = stage();
  expect(() => session.onStatistics(() => {}, { everyMs: everyMs as number })).toThrow(
    expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining('everyMs') }),
  );
});
