import { ratePolicies } from '@avatarwire/core';
import { fullestSecond, mixedText } from '@avatarwire/tooling/delivery';
import { describe, expect, test } from 'vitest';
import { jittering, type Stage, setStage, settleAtRandom } from './session-stage';

const { agora: policy } = ratePolicies;
const USABLE = {
  bytes: policy.bytesPerSecond - policy.reserve.bytes,
  packets: policy.packetsPerSecond - policy.reserve.packets,
};
const HOUR_MS = 3_600_000;

/** What the SDK rejects with. */
const refusal = (code: string) => Object.assign(new Error(`AgoraRTCError ${code}`), { code });

const totalBytes = (packets: readonly { readonly data: Uint8Array }[]) =>
  packets.reduce((total, { data }) => total + data.length, 0);

/** The next sends, counted from 0, do what `fate` says; every other one is taken in `settlesMs`. */
function letSends(
  { cloud, clock }: Stage,
  settlesMs: number,
  fate: (index: number) => Error | undefined,
): void {
  let index = -1;
  cloud.faults.send = () => {
    const error = fate(++index);
    if (error) throw error;
    return new Promise((resolve) => {
      clock.schedule(resolve, settlesMs);
    });
  };
}

describe('delivery over Agora: the real adapter over our double of the SDK', () => {
  describe('any window of one second holds no more than the limits, at hand-over', () => {
    test.each([1, 2, 3])(
      '64 KB of mixed text arrive whole over a jittering network (seed %i)',
      async (seed) => {
        const stage = await setStage(jittering, seed);
        settleAtRandom(stage, seed);
        const text = mixedText(65_536, seed);
        const delivery = await stage.clock.run(stage.speak(text));
        await stage.clock.advance(2_000);
        expect(delivery).toMatchObject({ status: 'sent', unsentText: '', uncertain: false });
        expect(stage.avatar.heard.messages.map((message) => message.text === text)).toEqual([true]);
        expect(stage.avatar.heard.violations).toEqual([]);
        const peak = fullestSecond(stage.out);
        expect(peak.bytes).toBeLessThanOrEqual(USABLE.bytes);
        expect(peak.packets).toBeLessThanOrEqual(USABLE.packets);
      },
    );

    test('nor at arrival, where every packet takes equally long', async () => {
      const { clock, cloud, speak } = await setStage({ latencyMs: 170, jitterMs: 0 });
      await clock.run(speak(mixedText(65_536)));
      await clock.advance(2_000);
      expect(cloud.network.violations).toEqual([]);
    });

    test('many small messages stop at the number of packets', async () => {
      const { clock, out, speak, avatar } = await setStage();
      const texts = Array.from({ length: 90 }, (_, index) => `Number ${index}.`);
      await clock.run(Promise.all(texts.map(speak)));
      await clock.advance(1_000);
      expect(fullestSecond(out).packets).toBe(USABLE.packets);
      expect(avatar.heard.messages.map(({ text }) => text)).toEqual(texts);
    });
  });

  describe('several are in flight, and order is kept', () => {
    test('over a round trip of 800 ms, and with sends that settle in any order', async () => {
      const stage = await setStage({ latencyMs: 400 });
      settleAtRandom(stage);
      let most = 0;
      stage.session.tap(({ budget }) => {
        most = Math.max(most, budget?.unsettledBytes ?? 0);
      });
      const text = mixedText(30_000);
      await stage.clock.run(stage.speak(text));
      await stage.clock.advance(2_000);
      expect(most).toBeGreaterThan(4 * policy.maxPacketBytes);
      expect(stage.avatar.heard.messages[0]?.text === text).toBe(true);
      expect(stage.avatar.heard.violations).toEqual([]);
    });
  });

  describe('on the first rejection nothing more is handed over until all in flight have settled', () => {
    test('where everything from the failed part on was not-connected, sending goes back to that part', async () => {
      const stage = await setStage();
      const { clock, chat, speak, avatar } = stage;
      // Two stay in flight for longer than a window, so that the budget alone would let more leave before they settle.
      letSends(stage, 1_500, (index) => (index >= 2 && index < 6 ? refusal('INVALID_OPERATION') : undefined));
      const text = mixedText(12_000);
      const speaking = speak(text);
      const before = chat().length;
      expect(before).toBeGreaterThan(2);
      await clock.advance(1_499);
      expect(chat()).toHaveLength(before);
      expect(await clock.run(speaking)).toMatchObject({ status: 'sent', unsentText: '' });
      await clock.advance(1_000);
      const again = chat()[before];
      expect(again?.part).toBe(2);
      expect(avatar.heard.messages.map((message) => message.text === text)).toEqual([true]);
      expect(avatar.heard.violations).toEqual([]);
    });

    test('where a later part was taken, the message fails delivery-uncertain with the parts known taken', async () => {
      const stage = await setStage();
      const { clock, chat, speak, avatar, session } = stage;
      letSends(stage, 300, (index) => (index === 2 ? refusal('INVALID_OPERATION') : undefined));
      const text = mixedText(30_000);
      const failure = failureOf(speak(text));
      const handedOver = chat().length;
      const { error, unsentText } = await clock.run(failure);
      expect(error).toBe('delivery-uncertain');
      expect(unsentText.length).toBeGreaterThan(0);
      expect(text.endsWith(unsentText)).toBe(true);
      // What it had in hand at the rejection is all of it, and that is what the message is known to have sent.
      await clock.advance(5_000);
      expect(chat()).toHaveLength(handedOver);
      expect(avatar.heard.messages).toEqual([]);
      const { delivery } = session.getSnapshot().messages.at(-1) ?? {};
      expect(delivery).toMatchObject({ state: 'failed' });
      const taken = chat().filter((_, index) => index !== 2);
      expect(delivery?.sentBytes).toBe(taken.reduce((total, { data }) => total + textBytes(data), 0));
    });

    test('where a failure may have been sent, too, and the next message goes out', async () => {
      const stage = await setStage();
      letSends(stage, 300, (index) => (index === 3 ? refusal('WS_ABORT') : undefined));
      expect(await stage.clock.run(failureOf(stage.speak(mixedText(30_000))))).toMatchObject({
        error: 'delivery-uncertain',
      });
      expect(await stage.clock.run(stage.speak('The next one.'))).toMatchObject({ status: 'sent' });
      await stage.clock.advance(1_000);
      expect(stage.avatar.heard.messages.map(({ text }) => text)).toEqual(['The next one.']);
    });
  });

  describe('a socket that stalls', () => {
    test('holds at most one window of unsettled packets, and send-unsettled comes after 10 s', async () => {
      const stage = await setStage();
      const { clock, cloud, chat, speak, session, avatar } = stage;
      cloud.faults.send = () => new Promise(() => {});
      const failure = failureOf(speak(mixedText(65_536)));
      // What comes in wakes the pacer, which must not find room that is not there.
      await clock.advance(3_000);
      avatar.say('I am still here.');
      await clock.advance(6_999);
      expect(totalBytes(chat())).toBeLessThanOrEqual(USABLE.bytes);
      expect(chat().length).toBeLessThanOrEqual(USABLE.packets);
      expect(session.getSnapshot().messages[0]?.delivery?.state).toBe('sending');
      delete cloud.faults.send;
      expect(await clock.run(failure)).toMatchObject({
        error: 'delivery-uncertain',
        cause: 'send-unsettled',
      });
      // It is back.
      expect(await clock.run(speak('And here we are again.'))).toMatchObject({ status: 'sent' });
      await clock.advance(1_000);
      expect(avatar.heard.messages.map(({ text }) => text)).toEqual(['And here we are again.']);
    });

    test('holds as many small packets at most as a second may hold', async () => {
      const { clock, cloud, out, avatar, session, speak } = await setStage();
      cloud.faults.send = () => new Promise(() => {});
      const failures = Array.from({ length: 60 }, (_, index) => speak(`Number ${index}.`));
      await clock.advance(3_000);
      avatar.say('I am still here.');
      await clock.advance(6_999);
      expect(out).toHaveLength(USABLE.packets);
      await clock.run(session.close());
      await Promise.allSettled(failures);
    });

    test('and comes back in time goes on where it was, still within the limits', async () => {
      const { clock, cloud, out, chat, speak, avatar } = await setStage();
      const text = mixedText(30_000);
      const speaking = speak(text);
      await clock.advance(1_500);
      cloud.network.shape({ uplinkBytesPerSecond: 0 });
      await clock.advance(6_000);
      const stalled = chat().length;
      await clock.advance(1_000);
      expect(chat()).toHaveLength(stalled);
      cloud.network.shape({ uplinkBytesPerSecond: Infinity });
      expect(await clock.run(speaking)).toMatchObject({ status: 'sent' });
      await clock.advance(1_000);
      expect(avatar.heard.messages.map((message) => message.text === text)).toEqual([true]);
      expect(fullestSecond(out).bytes).toBeLessThanOrEqual(USABLE.bytes);
    });
  });

  describe('a clock that steps', () => {
    test.each([
      ['forward', HOUR_MS],
      ['back', -HOUR_MS],
    ])('by an hour %s in the middle of a text changes nothing', async (_, stepMs) => {
      const [steady, stepped] = [await setStage(), await setStage()];
      const text = mixedText(40_000);
      for (const { clock, speak } of [steady, stepped]) {
        const speaking = speak(text);
        await clock.advance(2_345);
        if (clock === stepped.clock) clock.wallStep(stepMs);
        await clock.run(speaking);
        await clock.advance(1_000);
      }
      const times = (stage: Stage) => stage.chat().map(({ at }) => at);
      expect(times(stepped)).toEqual(times(steady));
      expect(stepped.avatar.heard.messages.map((message) => message.text === text)).toEqual([true]);
    });
  });

  describe('an interrupt', () => {
    test('under a saturated queue leaves at once, and nothing older leaves after it', async () => {
      const stage = await setStage(jittering);
      settleAtRandom(stage);
      const { clock, out, speak, session, avatar } = stage;
      const older = [speak(mixedText(65_536)), speak(mixedText(65_536, 2))];
      await clock.advance(3_456);
      const before = out.length;
      const calledAt = clock.now();
      const interrupting = session.interrupt();
      expect(out[before]).toMatchObject({ lane: 'interrupt', at: calledAt });
      await clock.run(interrupting);
      await clock.advance(5_000);
      expect(out.slice(before + 1).filter(({ lane }) => lane === 'chat')).toEqual([]);
      for (const outcome of await Promise.all(older)) expect(outcome.status).toBe('interrupted');
      expect(avatar.heard.commands.at(-1)?.name).toBe('interrupt');
      expect(avatar.heard.violations).toEqual([]);
      const peak = fullestSecond(out);
      expect(peak.bytes).toBeLessThanOrEqual(policy.bytesPerSecond);
      expect(peak.packets).toBeLessThanOrEqual(policy.packetsPerSecond);
    });

    test('has the reserve for itself: chat and other commands never touch it', async () => {
      const { clock, out, speak, session } = await setStage();
      const texts = Array.from({ length: 60 }, (_, index) => mixedText(40, index + 1));
      const said = texts.map(speak);
      for (let turn = 0; turn < 40; turn++) session.setAction({ gesture: 'nod' }).catch(() => {});
      for (let second = 0; second < 3; second++) {
        await clock.advance(1_300);
        const calledAt = clock.now();
        const before = out.length;
        session.interrupt().catch(() => {});
        expect(out[before]).toMatchObject({ lane: 'interrupt', at: calledAt });
        for (const text of texts) said.push(speak(text));
      }
      await clock.run(Promise.allSettled(said));
      const others = fullestSecond(out.filter(({ lane }) => lane !== 'interrupt'));
      expect(others.packets).toBe(USABLE.packets);
      expect(others.bytes).toBeLessThanOrEqual(USABLE.bytes);
    });
  });

  describe('a reconnect', () => {
    test('that flushes what it held breaks no limit, and what it may have lost is uncertain', async () => {
      const { clock, cloud, speak, session, avatar } = await setStage({ latencyMs: 100 });
      const text = mixedText(40_000);
      const outcome = speak(text).then(
        () => 'sent',
        (error: { code: string }) => error.code,
      );
      await clock.advance(2_050);
      // A window's worth is under way, and stays so until the link is back.
      cloud.network.cut();
      await clock.advance(4_000);
      expect(session.getSnapshot().state).toBe('reconnecting');
      const next = speak(mixedText(20_000, 2));
      cloud.network.resume();
      await clock.run(next);
      await clock.advance(2_000);
      expect(await outcome).toBe('delivery-uncertain');
      expect(cloud.network.violations).toEqual([]);
      expect(avatar.heard.messages.map((message) => message.text === mixedText(20_000, 2))).toEqual([true]);
      expect(session.getSnapshot().state).toBe('live');
    });

    test('that loses what was under way says so, and hands nothing over meanwhile', async () => {
      const { clock, cloud, out, speak, avatar } = await setStage({ latencyMs: 100 });
      const outcome = speak(mixedText(40_000)).then(
        () => 'sent',
        (error: { code: string }) => error.code,
      );
      await clock.advance(2_050);
      cloud.network.cut();
      const before = out.length;
      await clock.advance(5_000);
      expect(out).toHaveLength(before);
      cloud.network.reconnectLossily();
      expect(await clock.run(outcome)).toBe('delivery-uncertain');
      expect(await clock.run(speak('After the loss.'))).toMatchObject({ status: 'sent' });
      await clock.advance(1_000);
      expect(avatar.heard.messages.map(({ text }) => text)).toEqual(['After the loss.']);
    });
  });
});

interface Failure {
  readonly error: string;
  readonly cause: string | undefined;
  readonly unsentText: string;
}

interface CodedError {
  readonly code: string;
  readonly unsentText?: string;
  readonly cause?: { readonly code?: string };
}

/** Why it was not sent. For `clock.run`, or after time has passed. */
async function failureOf(speaking: Promise<unknown>): Promise<Failure> {
  const error = await speaking.then(
    () => undefined,
    (reason: CodedError) => reason,
  );
  if (error === undefined) throw new Error('The message was sent.');
  return { error: error.code, cause: error.cause?.code, unsentText: error.unsentText ?? '' };
}

/** Bytes of the text in a part, as it stands there. */
function textBytes(packet: Uint8Array): number {
  const frame: { readonly pld: { readonly text: string } } = JSON.parse(new TextDecoder().decode(packet));
  return new TextEncoder().encode(JSON.stringify(frame.pld.text)).length - 2;
}
