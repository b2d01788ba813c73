import { ratePolicies } from '@avatarwire/core';
import { fullestSecond, mixedText } from '@avatarwire/tooling/delivery';
import { describe, expect, test } from 'vitest';
import { jittering, type Stage, setStage } from './session-stage';

const { trtc: policy } = ratePolicies;
const USABLE = {
  bytes: policy.bytesPerSecond - policy.reserve.bytes,
  packets: policy.packetsPerSecond - policy.reserve.packets,
};
const HOUR_MS = 3_600_000;
/** The adapter's wait after the SDK's limiter said no. */
const BUSY_MS = 1_050;

const totalBytes = (packets: readonly { readonly data: Uint8Array }[]) =>
  packets.reduce((total, { data }) => total + data.length, 0);

/** From now on the SDK answers as `fate` says; undefined leaves it to the double. */
function letSends({ cloud }: Stage, fate: (index: number) => Promise<never> | undefined): () => void {
  const client = cloud.clients.at(-1);
  if (client === undefined) throw new Error('no instance was made');
  const send = client.sendCustomMessage.bind(client);
  let index = -1;
  client.sendCustomMessage = (message) => fate(++index) ?? send(message);
  return () => {
    client.sendCustomMessage = send;
  };
}

/** What the SDK rejects with. */
function refusal(code: number, extraCode: number): Promise<never> {
  return Promise.reject(Object.assign(new Error(`RtcError ${extraCode}`), { code, extraCode }));
}

const notInRoom = () => refusal(5_100, 5_101);

describe('delivery over TRTC: the real adapter over our double of the SDK', () => {
  describe('any window of one second holds no more than the limits, at hand-over', () => {
    test.each([1, 2, 3])(
      '64 KB of mixed text arrive whole over a jittering network (seed %i)',
      async (seed) => {
        const { clock, out, chat, speak, avatar } = await setStage(jittering, seed);
        const text = mixedText(65_536, seed);
        const delivery = await clock.run(speak(text));
        await clock.advance(2_000);
        expect(delivery).toMatchObject({ status: 'sent', unsentText: '', uncertain: false });
        // The SDK's own limiter never had to say no: each part left once.
        expect(chat()).toHaveLength(delivery.parts);
        expect(avatar.heard.messages.map((message) => message.text === text)).toEqual([true]);
        expect(avatar.heard.violations).toEqual([]);
        const peak = fullestSecond(out);
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

  describe('on the first rejection nothing more is handed over until all in flight have settled', () => {
    test('where everything from the failed part on was not-connected, sending goes back to that part', async () => {
      const stage = await setStage();
      const { clock, chat, speak, avatar } = stage;
      letSends(stage, (index) => (index >= 3 && index < 8 ? notInRoom() : undefined));
      const text = mixedText(20_000);
      expect(await clock.run(speak(text))).toMatchObject({ status: 'sent', unsentText: '' });
      await clock.advance(1_000);
      const parts = chat().map(({ part }) => part);
      const back = parts.findIndex((part, index) => index > 3 && part === 3);
      expect(back).toBeGreaterThan(3);
      expect(parts.slice(back)).toEqual(parts.slice(back).map((_, index) => 3 + index));
      expect(avatar.heard.messages.map((message) => message.text === text)).toEqual([true]);
      expect(avatar.heard.violations).toEqual([]);
    });

    test('where a later part was taken, the message fails delivery-uncertain, and the next one goes out', async () => {
      const stage = await setStage();
      const { clock, chat, speak, avatar } = stage;
      letSends(stage, (index) => (index === 3 ? notInRoom() : undefined));
      const text = mixedText(30_000);
      const { error, unsentText } = await clock.run(failureOf(speak(text)));
      expect(error).toBe('delivery-uncertain');
      expect(unsentText.length).toBeGreaterThan(0);
      expect(text.endsWith(unsentText)).toBe(true);
      const handedOver = chat().length;
      await clock.advance(5_000);
      expect(chat()).toHaveLength(handedOver);
      expect(await clock.run(speak('The next one.'))).toMatchObject({ status: 'sent' });
      await clock.advance(1_000);
      expect(avatar.heard.messages.map((message) => message.text)).toEqual(['The next one.']);
    });
  });

  describe('a socket that stalls', () => {
    test('holds at most one window of unsettled packets, and send-unsettled comes after 10 s', async () => {
      const stage = await setStage();
      const { clock, chat, speak, session, avatar } = stage;
      const comesBack = letSends(stage, () => new Promise(() => {}));
      const failure = failureOf(speak(mixedText(65_536)));
      // What comes in wakes the pacer, which must not find room that is not there.
      await clock.advance(3_000);
      avatar.say('I am still here.');
      await clock.advance(6_999);
      expect(totalBytes(chat())).toBeLessThanOrEqual(USABLE.bytes);
      expect(chat().length).toBeLessThanOrEqual(USABLE.packets);
      expect(session.getSnapshot().messages[0]?.delivery?.state).toBe('sending');
      comesBack();
      expect(await clock.run(failure)).toMatchObject({
        error: 'delivery-uncertain',
        cause: 'send-unsettled',
      });
      expect(await clock.run(speak('And here we are again.'))).toMatchObject({ status: 'sent' });
      await clock.advance(1_000);
      expect(avatar.heard.messages.map(({ text }) => text)).toEqual(['And here we are again.']);
    });
  });

  describe('a clock that steps', () => {
    test('by an hour forward in the middle of a text changes nothing', async () => {
      const [steady, stepped] = [await setStage(), await setStage()];
      const text = mixedText(40_000);
      for (const { clock, speak } of [steady, stepped]) {
        const speaking = speak(text);
        await clock.advance(2_345);
        if (clock === stepped.clock) clock.wallStep(HOUR_MS);
        await clock.run(speaking);
        await clock.advance(1_000);
      }
      const times = (stage: Stage) => stage.chat().map(({ at }) => at);
      expect(times(stepped)).toEqual(times(steady));
      expect(stepped.avatar.heard.messages.map((message) => message.text === text)).toEqual([true]);
    });

    describe("back by an hour shuts the SDK's own limiter: 1,050 ms of silence, twice more, then a new instance", () => {
      test('over which a message goes out whole that had not begun', async () => {
        const { clock, cloud, chat, speak, avatar, session } = await setStage();
        // Fills the window that stays open.
        await clock.run(speak('x'.repeat(7_000)));
        clock.wallStep(-HOUR_MS);
        const before = chat().length;
        const text = mixedText(20_000);
        expect(await clock.run(speak(text))).toMatchObject({ status: 'sent', unsentText: '' });
        await clock.advance(1_000);
        const tries = chat().slice(before);
        const [first] = tries;
        if (first === undefined) throw new Error('nothing was tried');
        const ofFirst = tries.filter(({ part }) => part === 0).map(({ at }) => at - first.at);
        expect(ofFirst.slice(0, 3)).toEqual([0, BUSY_MS, 2 * BUSY_MS]);
        expect(ofFirst).toHaveLength(4);
        expect(instances(cloud)).toEqual(['left', 'joined']);
        expect(avatar.heard.messages.slice(1).map((message) => message.text === text)).toEqual([true]);
        expect(avatar.heard.violations).toEqual([]);
        expect(session.getSnapshot().state).toBe('live');
      });

      test('and a message that had begun is uncertain, with the rest of its text; the next one goes out', async () => {
        const stage = await setStage();
        const { clock, cloud, chat, speak, avatar } = stage;
        const text = mixedText(30_000);
        const failure = failureOf(speak(text));
        await clock.advance(1_500);
        const handedOver = chat()
          .map(({ data }) => textOf(data))
          .join('');
        clock.wallStep(-HOUR_MS);
        expect(await clock.run(failure)).toEqual({
          error: 'delivery-uncertain',
          cause: undefined,
          unsentText: text.slice(handedOver.length),
        });
        expect(await clock.run(speak('The next one.'))).toMatchObject({ status: 'sent' });
        await clock.advance(1_000);
        expect(instances(cloud)).toEqual(['left', 'joined']);
        expect(avatar.heard.messages.map((message) => message.text)).toEqual(['The next one.']);
      });
    });
  });

  describe('an interrupt', () => {
    test('under a saturated queue leaves at once, and nothing older leaves after it', async () => {
      const { clock, out, speak, session, avatar } = await setStage(jittering);
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
    test.each([
      ['flushes what it held', 'resume'],
      ['loses what was under way', 'reconnectLossily'],
    ] as const)('that %s breaks no limit, and what it may have lost is uncertain', async (_, back) => {
      const { clock, cloud, out, speak, session, avatar } = await setStage({ latencyMs: 100 });
      const outcome = speak(mixedText(60_000)).then(
        () => 'sent',
        (error: { code: string }) => error.code,
      );
      await clock.advance(2_050);
      cloud.network.cut();
      const before = out.length;
      await clock.advance(4_000);
      expect(session.getSnapshot().state).toBe('reconnecting');
      expect(out).toHaveLength(before);
      const text = mixedText(20_000, 2);
      const next = speak(text);
      cloud.network[back]();
      await clock.run(next);
      await clock.advance(2_000);
      expect(await outcome).toBe('delivery-uncertain');
      expect(cloud.network.violations).toEqual([]);
      expect(avatar.heard.messages.map((message) => message.text === text)).toEqual([true]);
      expect(session.getSnapshot().state).toBe('live');
    });
  });
});

function instances({ clients }: Stage['cloud']): string[] {
  return clients.map(({ joined, destroyed }) => (joined ? 'joined' : destroyed ? 'left' : 'out'));
}

function textOf(packet: Uint8Array): string {
  const frame: { readonly pld: { readonly text: string } } = JSON.parse(new TextDecoder().decode(packet));
  return frame.pld.text;
}

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
