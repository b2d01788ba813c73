/** What holds where the network takes only so much a second. */

import type { RatePolicy } from '@avatarwire/core';
import { createVirtualClock, type VirtualClock } from '@avatarwire/simulator';
import { fullestSecond, mixedText } from '@avatarwire/tooling/delivery';
import { expect, test, vi } from 'vitest';
import type { CloudStage } from './cloud-stage';
import { recordHandOvers } from './handed-over';

const patience = { timeout: 25_000, interval: 100 };

/** @param live a stage whose session is connected, on the machine's clock unless one is given */
export function describeRate(live: (clock?: VirtualClock) => Promise<CloudStage>, rate: RatePolicy): void {
  test('64 KB of mixed scripts, emoji with joiners, quotes and control characters arrive byte for byte at full speed, over 40 to 300 ms of delay on a virtual clock, and no second is overdrawn', async () => {
    const clock = createVirtualClock();
    const { session, avatar, network } = await live(clock);
    // Arrivals are judged over a steady delay, in the next case: jitter presses together what left a second apart.
    network.shape({ latencyMs: 40, jitterMs: 260 });
    await clock.run(session.setParams({ mode: 'retelling' }));
    await clock.advance(1_100);
    const handedOver = recordHandOvers(session);
    const text = mixedText(65_536);
    expect(await clock.run(session.speak(text))).toMatchObject({ status: 'sent', unsentText: '' });
    await clock.advance(1_000);
    const { messages, violations } = await avatar.report();
    expect(messages.map((message) => message === text)).toEqual([true]);
    expect(violations).toBe(0);

    const fullest = fullestSecond(handedOver);
    expect(fullest.packets).toBeLessThanOrEqual(rate.packetsPerSecond);
    expect(fullest.bytes).toBeLessThanOrEqual(rate.bytesPerSecond);
    // Full speed: all that the budget of chat allows, in windows of a second and the guard beside it.
    const bytes = handedOver.reduce((sum, { data }) => sum + data.byteLength, 0);
    const windows = Math.ceil(bytes / (rate.bytesPerSecond - rate.reserve.bytes)) - 1;
    const [first, last] = [handedOver[0], handedOver.at(-1)];
    expect((last?.at ?? Infinity) - (first?.at ?? 0)).toBeLessThanOrEqual(windows * 1_010);
  });

  test('over a steady delay and on a virtual clock, 64 KB among commands arrive no faster than the network takes them either', async () => {
    const clock = createVirtualClock();
    const { session, avatar, network } = await live(clock);
    network.shape({ latencyMs: 120 });
    const handedOver = recordHandOvers(session);
    const texts = [mixedText(63_000, 3), mixedText(2_500, 4)];
    const said = Promise.all([
      ...texts.map((text) => session.speak(text)),
      session.setAction({ gesture: 'hand_wave' }),
      session.setParams({ voice: { speed: 1.2 } }),
    ]);
    await clock.run(said);
    await clock.advance(1_000);
    const { messages, violations } = await avatar.report();
    expect(messages.map((message, index) => message === texts[index])).toEqual([true, true]);
    expect(violations).toBe(0);
    expect(network.violations).toEqual([]);
    const fullest = fullestSecond(handedOver);
    expect(fullest.bytes).toBeGreaterThan(0.95 * rate.bytesPerSecond);
    expect(fullest.bytes).toBeLessThanOrEqual(rate.bytesPerSecond);
  });

  test('under load an interrupt waits for nothing, and no older chat is handed over after it', async () => {
    const { session, avatar } = await live();
    await session.setParams({ mode: 'retelling' });
    const handedOver = recordHandOvers(session);
    const speaking = session.speak('x'.repeat(400_000));
    await vi.waitFor(
      () => expect(handedOver.filter(({ lane }) => lane === 'chat').length).toBeGreaterThan(7),
      patience,
    );
    const interrupting = session.interrupt();
    // In this very turn: it has waited for nothing.
    const cut = handedOver.length;
    expect(handedOver[cut - 1]?.lane).toBe('interrupt');
    await interrupting;
    const delivery = await speaking;
    expect(delivery.status).toBe('interrupted');
    expect(delivery.unsentText.length).toBeGreaterThan(380_000);

    await session.speak('Something new.');
    await vi.waitFor(
      async () => expect((await avatar.report()).messages).toEqual(['Something new.']),
      patience,
    );
    const after = handedOver.slice(cut).filter(({ lane }) => lane === 'chat');
    expect(after).toHaveLength(1);
    expect(after[0]?.messageId).not.toBe(delivery.messageId);
    expect((await avatar.report()).violations).toBe(0);
    const fullest = fullestSecond(handedOver);
    expect(fullest.bytes).toBeLessThanOrEqual(rate.bytesPerSecond);
  });
}
