/** What is asked of every service over every network. Each resolves with what it found, or rejects. */

import type { ServiceCapabilities } from '@avatarwire/core';
import { mixedText } from '@avatarwire/tooling/delivery';
import { expect, vi } from 'vitest';
import { listenTo } from './ear';
import { REPLY } from './figure';
import { nothingOpen } from './open-things';
import type { Case, Result } from './proof';
import type { Stage } from './stage';

const patience = { timeout: 20_000, interval: 50 };
const SENTENCE = 'Two seconds of a voice, to be heard.';
const QUESTION = 'Is "anybody" there? 👩‍👩‍👧‍👦';
/** More than one packet on every network, and more than one call over REST. */
const LONG_TEXT = mixedText(12_000, 3);
const LONG_SPEECH = 'This goes on for longer than anybody wants to wait for. '.repeat(8);

interface ServiceCase {
  readonly name: Case;
  /** Ends the sentence that begins with the service and its network. */
  readonly sentence: string;
  run(stage: Stage): Promise<Extract<Result, 'passed' | 'unsupported'>>;
}

/** In the order in which they are run: what is said last is never heard to its end. */
export const serviceCases: readonly ServiceCase[] = [
  {
    name: 'connect',
    sentence: 'is live once it is paid for, with the avatar there',
    async run(stage) {
      const { service, network } = stage.combination;
      await stage.live();
      const { state, provider, service: named, avatar } = stage.session.getSnapshot();
      expect([state, provider, named, avatar.present]).toEqual(['live', network, service, true]);
      expect(await stage.account()).toMatchObject({ open: 1, rooms: 1 });
      return 'passed';
    },
  },
  {
    name: 'see',
    sentence: 'shows a picture that changes',
    async run(stage) {
      await stage.live();
      await vi.waitFor(() => expect(stage.session.getSnapshot().avatar.video).toBe(true), patience);
      await vi.waitFor(() => expect(stage.video.videoWidth).toBeGreaterThan(0), patience);
      const first = await vi.waitFor(() => pictureOf(stage.video), patience);
      await vi.waitFor(() => expect(pictureOf(stage.video)).not.toEqual(first), patience);
      return 'passed';
    },
  },
  {
    name: 'hear',
    sentence: "is heard on the avatar's own track",
    async run(stage) {
      await stage.live();
      const track = await vi.waitFor(() => stage.sound() ?? expect.fail('no voice came'), patience);
      const ear = await listenTo(track);
      try {
        await saySentence(stage);
        await vi.waitFor(() => expect(ear.loudest).toBeGreaterThan(0.01), patience);
      } finally {
        await ear.close();
      }
      return 'passed';
    },
  },
  {
    name: 'speaking',
    sentence: 'says when the avatar begins to speak, and when it ends',
    async run(stage) {
      await stage.live();
      await saySentence(stage);
      await vi.waitFor(() => expect(stage.speaking.slice(0, 2)).toEqual([true, false]), patience);
      return 'passed';
    },
  },
  {
    name: 'ask',
    sentence: 'answers in one message, first in part and then whole',
    run: (stage) =>
      whereItExists(stage, 'ask', async ({ session }) => {
        const grown: { readonly id: string; readonly complete: boolean }[] = [];
        const stop = session.on('message-changed', ({ message }) => {
          if (message.author === 'avatar') grown.push(message);
        });
        const answered = session.once('message-received', {
          where: ({ message }) => message.author === 'avatar',
        });
        await session.ask(QUESTION);
        expect((await answered).message.text).toBe(REPLY);
        stop();
        expect(new Set(grown.map(({ id }) => id)).size).toBe(1);
        expect([grown[0]?.complete, grown.at(-1)?.complete]).toEqual([false, true]);
        expect((await stage.report()).messages.at(-1)).toBe(QUESTION);
      }),
  },
  {
    name: 'speak(stream)',
    sentence: 'says a stream while it comes, and all of it',
    async run(stage) {
      await stage.live();
      const before = (await stage.report()).messages.length;
      const heard = async () => (await stage.report()).messages.slice(before).join('');
      const pieces = ['Once upon ', 'a time. ', 'There was a 👩‍👩‍👧‍👦 that', ' talked, "and" talked.'];
      async function* written() {
        yield* pieces.slice(0, 2);
        await vi.waitFor(async () => expect((await heard()).trim()).toBe('Once upon a time.'), patience);
        yield* pieces.slice(2);
      }
      expect(await stage.session.speak(written())).toMatchObject({ status: 'sent', unsentText: '' });
      await vi.waitFor(async () => expect(await heard()).toBe(pieces.join('')), patience);
      return 'passed';
    },
  },
  {
    name: 'interrupt',
    sentence: 'falls silent when it is interrupted',
    run: (stage) =>
      whereItExists(stage, 'interrupt', async ({ session }) => {
        await session.speak(LONG_SPEECH);
        await vi.waitFor(async () => expect((await stage.report()).speaking).toBe(true), patience);
        await session.interrupt();
        await vi.waitFor(async () => {
          const { commands, speaking } = await stage.report();
          expect([commands.at(-1), speaking]).toEqual(['interrupt', false]);
        }, patience);
      }),
  },
  {
    name: 'setParams',
    sentence: 'takes parameters',
    run: (stage) =>
      whereItExists(stage, 'setParams', async ({ session }) => {
        await session.setParams({ voice: { speed: 1.1 } });
        expect((await stage.report()).speed).toBe(1.1);
        expect(session.getSnapshot().params.voice?.speed).toBe(1.1);
      }),
  },
  {
    name: 'setAction',
    sentence: 'makes a gesture',
    run: (stage) =>
      whereItExists(stage, 'setAction', async ({ session }) => {
        expect(await session.setAction({ gesture: 'hand_wave' })).toEqual({ acknowledged: true });
        expect((await stage.report()).commands.at(-1)).toBe('set-action');
      }),
  },
  {
    name: 'speak',
    sentence: 'hears 12 kB of mixed scripts and emoji whole',
    async run(stage) {
      await stage.live();
      const before = (await stage.report()).messages.length;
      expect(await stage.session.speak(LONG_TEXT)).toMatchObject({ status: 'sent', unsentText: '' });
      await vi.waitFor(async () => {
        const { messages, violations } = await stage.report();
        expect([messages.slice(before).join('') === LONG_TEXT, violations]).toEqual([true, 0]);
      }, patience);
      return 'passed';
    },
  },
  {
    name: 'close',
    sentence: 'costs nothing more once it is closed, its avatar is gone, and nothing is left in the page',
    async run(stage) {
      await stage.live();
      const { opened, closed, openSeconds } = await stage.account();
      await vi.waitFor(async () => expect((await stage.account()).openSeconds).toBeGreaterThan(openSeconds));
      await stage.session.close();
      expect(stage.session.getSnapshot()).toMatchObject({ state: 'closed', closed: { reason: 'requested' } });
      await vi.waitFor(
        async () => expect(await stage.account()).toMatchObject({ open: 0, rooms: 0 }),
        patience,
      );
      const bill = await stage.account();
      expect([bill.opened, bill.closed]).toEqual([opened, closed + 1]);
      await vi.waitFor(
        () => expect(stage.left()).toEqual({ ...nothingOpen, rooms: 0, listenersInDoubles: 0 }),
        patience,
      );
      expect(await stage.account()).toEqual(bill);
      return 'passed';
    },
  },
];

const said = new WeakMap<Stage, Promise<unknown>>();

/** Once: whoever hears it, hears it begin and end too. */
async function saySentence(stage: Stage): Promise<void> {
  const saying = said.get(stage) ?? stage.session.speak(SENTENCE);
  said.set(stage, saying);
  await saying;
}

/** What a service lacks is said before, and by a typed error to whoever calls it all the same. */
async function whereItExists(
  stage: Stage,
  call: Exclude<keyof ServiceCapabilities, 'speak'>,
  run: (stage: Stage) => Promise<void>,
): ReturnType<ServiceCase['run']> {
  await stage.live();
  const { session, combination } = stage;
  const exists = combination.has.includes(call);
  expect(session.getSnapshot().can[call]).toBe(exists);
  if (exists) {
    await run(stage);
    return 'passed';
  }
  const calls = {
    ask: () => session.ask(QUESTION),
    interrupt: () => session.interrupt(),
    setParams: () => session.setParams({ voice: { speed: 1.1 } }),
    setAction: () => session.setAction({ gesture: 'hand_wave' }),
  };
  await expect(calls[call]()).rejects.toMatchObject({ code: 'unsupported' });
  return 'unsupported';
}

/** Throws where it is of one colour: nothing was drawn yet. */
function pictureOf(video: HTMLVideoElement): Uint8ClampedArray {
  const canvas = new OffscreenCanvas(64, 64);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser does not draw');
  context.drawImage(video, 0, 0, 64, 64);
  const { data } = context.getImageData(0, 0, 64, 64);
  if (new Set(new Uint32Array(data.buffer)).size < 2) throw new Error('there is nothing in the picture');
  return data;
}
