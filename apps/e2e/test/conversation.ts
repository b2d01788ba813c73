/** What a conversation must be, whatever carries it. */

import type { AvatarSession, RatePolicy } from '@avatarwire/core';
import type { VirtualClock } from '@avatarwire/simulator';
import { mixedText } from '@avatarwire/tooling/delivery';
import { armNetwork, disarmNetwork, shapeNetwork } from '@avatarwire/tooling/page-network';
import { afterEach, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { StartCloudStage } from './cloud-stage';
import { describeRate } from './rate-cases';
import { ANSWER } from './remote-avatar';
import type { Stage, StartStage } from './stage';

const UPLINK_BYTES_PER_SECOND = 32_000;
const patience = { timeout: 25_000, interval: 100 };

/** What carries a conversation, and the facts by which a case asks more of it, or less. */
export type Carrier =
  | {
      readonly start: StartStage;
      readonly rate?: undefined;
      /** With so small a picture that data has a narrow uplink to itself. */
      readonly startNarrow: StartStage;
    }
  | {
      readonly start: StartCloudStage;
      /** The limits of its data path. */
      readonly rate: RatePolicy;
    };

export function describeConversation(carrier: Carrier): void {
  let stage: Stage | undefined;
  const elements: HTMLElement[] = [];

  afterEach(async () => {
    await stage?.close();
    stage = undefined;
    for (const element of elements.splice(0)) element.remove();
  });

  async function connected<S extends Stage>(starting: Promise<S>, clock?: VirtualClock): Promise<S> {
    const started = await starting;
    stage = { ...started, close: () => clock?.run(started.close()) ?? started.close() };
    const connecting = started.session.connect();
    await (clock?.run(connecting) ?? connecting);
    return started;
  }
  const live = () => connected<Stage>(carrier.start());

  if (carrier.rate === undefined) describeUnrated(carrier.startNarrow);
  else {
    describeRate((clock) => connected(carrier.start({ ...(clock && { clock }) }), clock), carrier.rate);
  }

  function describeUnrated(startNarrow: StartStage): void {
    test('64 KB of mixed scripts, emoji with joiners, quotes and control characters arrive byte for byte', async () => {
      const { session, avatar } = await live();
      const text = mixedText(65_536);
      expect(await session.speak(text)).toMatchObject({ status: 'sent', unsentText: '' });
      await vi.waitFor(async () => expect((await avatar.report()).messages).toHaveLength(1), patience);
      const { messages, violations } = await avatar.report();
      expect(messages[0] === text).toBe(true);
      expect(violations).toBe(0);
    });

    test('with 5 MB queued and an uplink of 256 kbit/s an interrupt is acknowledged, and at most 80 kB of older chat arrive after it', async () => {
      await armNetwork();
      try {
        const { session, avatar } = await connected(startNarrow({ timeouts: { maxQueuedBytes: 6_000_000 } }));
        await session.setParams({ mode: 'retelling' });
        await shapeNetwork({ uploadThroughput: UPLINK_BYTES_PER_SECOND });
        const startedAt = performance.now();
        const speaking = session.speak('x'.repeat(5_000_000));
        await vi.waitFor(() => expect(sentBytes(session)).toBeGreaterThan(90_000), patience);
        // Proof that the uplink was narrow: on an open one this takes a few milliseconds.
        expect(performance.now() - startedAt).toBeGreaterThan(500);
        const interruptedAt = performance.timeOrigin + performance.now();
        const sentBefore = sentBytes(session);
        await session.interrupt();
        const delivery = await speaking;
        expect(delivery.status).toBe('interrupted');
        await shapeNetwork({});
        await vi.waitFor(
          async () => expect((await avatar.report()).commands).toContain('interrupt'),
          patience,
        );
        const { chat } = await avatar.report();
        const arrived = chat
          .filter(({ at }) => at > interruptedAt)
          .reduce((total, { bytes }) => total + bytes, 0);
        expect(arrived).toBeLessThanOrEqual(80_000);
        // The bound means something only if far more was waiting, and none of it left afterwards.
        expect(delivery.unsentText.length).toBeGreaterThan(4_000_000);
        expect(sentBytes(session)).toBe(sentBefore);
      } finally {
        await disarmNetwork();
      }
    });
  }

  test('an answer arrives whole, part by part', async () => {
    const { session } = await live();
    const grown: number[] = [];
    session.on('message-changed', ({ message }) => {
      if (message.author === 'avatar') grown.push(message.text.length);
    });
    const answered = session.once('message-received', {
      where: ({ message }) => message.author === 'avatar',
    });
    await session.ask('What can you do?');
    const { message } = await answered;
    expect(message.text === ANSWER).toBe(true);
    expect(grown.length).toBeGreaterThan(3);
    expect(grown).toEqual([...grown].sort((one, other) => one - other));
  });

  test('the picture moves, and after a real click the voice is heard, until an interrupt', async () => {
    const { session, avatar, sound } = await live();
    const video = document.createElement('video');
    elements.push(video);
    document.body.append(video);
    const detach = session.attach(video);
    await vi.waitFor(
      () => expect(session.getSnapshot().avatar).toMatchObject({ audio: true, video: true }),
      patience,
    );
    const first = await frameNumber(video);
    await vi.waitFor(async () => expect(await frameNumber(video)).toBeGreaterThan(first + 10), patience);
    await clickToHear(session);
    await avatar.say('A long sentence, so that there is a voice to be heard for a while. '.repeat(4));
    await vi.waitFor(async () => expect(await loudness(sound())).toBeGreaterThan(0.01), patience);
    await session.interrupt();
    await vi.waitFor(async () => expect(await loudness(sound())).toBeLessThan(0.005), patience);
    detach();
    expect(video.srcObject).toBeNull();
  });

  /** Sound is refused until the visitor has touched the page: a real click, which counts for the tests after it too. */
  async function clickToHear(session: AvatarSession): Promise<void> {
    const button = document.createElement('button');
    button.textContent = 'Hear the avatar';
    button.addEventListener('click', () => void session.resumePlayback());
    elements.push(button);
    document.body.append(button);
    await userEvent.click(button);
    await vi.waitFor(() => expect(session.getSnapshot().playback).toBe('playing'), patience);
  }

  test('after close no track of the avatar is live and the session can be opened again', async () => {
    const { session } = await live();
    const video = document.createElement('video');
    elements.push(video);
    session.attach(video);
    await vi.waitFor(() => expect(session.getSnapshot().avatar.video).toBe(true), patience);
    const tracks = (video.srcObject as MediaStream).getTracks();
    await session.close();
    await vi.waitFor(
      () => expect(tracks.map(({ readyState }) => readyState)).toEqual(tracks.map(() => 'ended')),
      patience,
    );
    expect(session.getSnapshot()).toMatchObject({
      state: 'closed',
      avatar: { present: false },
      playback: 'none',
    });
  });
}

function sentBytes(session: AvatarSession): number {
  return session.getSnapshot().messages.at(-1)?.delivery?.sentBytes ?? 0;
}

function frameNumber(video: HTMLVideoElement): Promise<number> {
  return new Promise((resolve) =>
    video.requestVideoFrameCallback((_, { presentedFrames }) => resolve(presentedFrames)),
  );
}

/** Root mean square of what a track sounds, over half a second. */
async function loudness(track: MediaStreamTrack | undefined): Promise<number> {
  if (track === undefined) return 0;
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  const source = context.createMediaStreamSource(new MediaStream([track]));
  source.connect(analyser);
  await context.resume();
  const samples = new Float32Array(analyser.fftSize);
  let sum = 0;
  let count = 0;
  for (const end = context.currentTime + 0.5; context.currentTime < end; ) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    analyser.getFloatTimeDomainData(samples);
    for (const sample of samples) sum += sample * sample;
    count += samples.length;
  }
  source.disconnect();
  await context.close();
  return Math.sqrt(sum / count);
}
