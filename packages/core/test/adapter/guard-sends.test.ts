import { describe, expect, test, vi } from 'vitest';
import { deferred, guardSends } from '../../src/adapter';
import { AvatarError } from '../../src/errors';
import { createManualClock } from '../support/manual-clock';

function setUp() {
  const clock = createManualClock();
  return { clock, sends: guardSends('acme', clock), taken: deferred<void>() };
}

describe('a guarded send', () => {
  test('settles as the SDK answers', async () => {
    const { sends, taken } = setUp();
    const sent = sends.guard(taken.promise);
    taken.resolve();
    await expect(sent).resolves.toBeUndefined();

    const refused = new Error('no room');
    await expect(sends.guard(Promise.reject(refused))).rejects.toBe(refused);
  });

  test('shares one timer with every other one, which is gone soon after the last was answered', async () => {
    const { clock, sends } = setUp();
    for (let count = 0; count < 100; count += 1) {
      await sends.guard(Promise.resolve());
      expect(clock.pendingTimers).toBe(1);
      await clock.advance(1);
    }
    await clock.advance(10_000);
    expect(clock.pendingTimers).toBe(0);
  });

  test('is send-unsettled at its own time, also while others are answered and after them', async () => {
    const { clock, sends } = setUp();
    const unsettled: string[] = [];
    const send = (name: string) =>
      void sends
        .guard(new Promise(() => {}))
        .catch(({ code }: AvatarError) => unsettled.push(`${name} ${code}`));
    await sends.guard(Promise.resolve());
    await clock.advance(4_000);
    send('first');
    await clock.advance(3_000);
    send('second');
    await sends.guard(Promise.resolve());
    await clock.advance(6_999);
    expect(unsettled).toEqual([]);
    await clock.advance(1);
    expect(unsettled).toEqual(['first send-unsettled']);
    await clock.advance(2_999);
    expect(unsettled).toHaveLength(1);
    await clock.advance(1);
    expect(unsettled).toEqual(['first send-unsettled', 'second send-unsettled']);
    expect(clock.pendingTimers).toBe(0);
  });

  test('is send-unsettled after 10 s of silence, and not before; a late refusal is nobody’s business', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const { clock, sends, taken } = setUp();
    const settled = vi.fn();
    const sent = sends.guard(taken.promise).catch((error: unknown) => {
      settled();
      throw error;
    });
    sent.catch(() => {});
    await clock.advance(9_999);
    expect(settled).not.toHaveBeenCalled();
    await clock.advance(1);
    await expect(sent).rejects.toMatchObject({ code: 'send-unsettled', provider: 'acme' });

    taken.reject(new Error('late'));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('fails with every other one at the end, and those that were answered do not', async () => {
    const { clock, sends, taken } = setUp();
    const answered = sends.guard(Promise.resolve());
    await answered;
    const open = [sends.guard(taken.promise), sends.guard(taken.promise)];
    const over = new AvatarError('network', 'The connection ended.');
    sends.failAll(over);

    for (const sent of open) await expect(sent).rejects.toBe(over);
    await expect(answered).resolves.toBeUndefined();
    expect(clock.pendingTimers).toBe(0);
  });
});
