import { describe, expect, test, vi } from 'vitest';
import { startAttempt } from '../../src/adapter';
import { AvatarError } from '../../src/errors';
import { createManualClock } from '../support/manual-clock';

function start(more: Partial<Parameters<typeof startAttempt>[0]> = {}) {
  const clock = createManualClock();
  const abort = new AbortController();
  const attempt = startAttempt({
    provider: 'acme',
    signal: abort.signal,
    clock,
    timeoutMs: 1_000,
    ...more,
  });
  return { clock, abort, attempt };
}

describe('an attempt to join', () => {
  test('is given up with connect-timeout when its time is over, and not before', async () => {
    const { clock, attempt } = start();
    await clock.advance(999);
    expect(() => attempt.check()).not.toThrow();
    await clock.advance(1);

    await expect(attempt.failed).rejects.toMatchObject({
      code: 'connect-timeout',
      provider: 'acme',
      retryable: true,
    });
    expect(() => attempt.check()).toThrow('1000 ms');
  });

  test('may have a better word for the end of its time', async () => {
    const better = new AvatarError('connect-timeout', 'The other end said nothing.');
    const { clock, attempt } = start({ timedOut: () => better });
    await clock.advance(1_000);

    await expect(attempt.failed).rejects.toBe(better);
  });

  test('is given up with the reason itself at an abort', async () => {
    const { abort, attempt } = start();
    const reason = { because: 'changed my mind' };
    abort.abort(reason);

    await expect(attempt.failed).rejects.toBe(reason);
  });

  test('is given up from the start where the signal was aborted before', async () => {
    const { attempt } = start({ signal: AbortSignal.abort('too late') });

    await expect(attempt.failed).rejects.toBe('too late');
  });

  test('keeps the first reason, and tells it once, in the turn in which it is given up', async () => {
    const onGivenUp = vi.fn();
    const { abort, attempt } = start({ onGivenUp });
    attempt.giveUp('first');
    expect(onGivenUp).toHaveBeenCalledExactlyOnceWith('first');
    attempt.giveUp('second');
    abort.abort('third');

    await expect(attempt.failed).rejects.toBe('first');
    expect(onGivenUp).toHaveBeenCalledOnce();
  });

  test('that has stopped keeps no timer and no listener', async () => {
    const { clock, abort, attempt } = start();
    attempt.stop();
    abort.abort('late');
    await clock.advance(2_000);

    expect(() => attempt.check()).not.toThrow();
    expect(clock.pendingTimers).toBe(0);
  });

  test('that nobody waits for any more is no unhandled rejection', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    start().attempt.giveUp('nobody hears this');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);

    expect(unhandled).not.toHaveBeenCalled();
  });
});
