import { type Clock, silentLogger } from '@avatarwire/core';
import { AudioFrame } from '@livekit/rtc-node';
import { expect, test } from 'vitest';
import { speakingMs } from '../src/avatar';
import { AHEAD_MS, createBotVoice, SAMPLE_RATE } from '../src/livekit/bot-voice';
import { createVirtualClock } from '../src/virtual-clock';
import { FADE_MS } from '../src/voice';

/** A source without a room, that plays what it was given as the clock goes on. */
function createSource(clock: Clock) {
  const frames: AudioFrame[] = [];
  let emptyAt = 0;
  let longest = 0;
  let cleared = 0;
  return {
    frames,
    get queuedDuration() {
      return Math.max(0, emptyAt - clock.now());
    },
    /** The most that ever waited, in milliseconds. */
    get longest() {
      return longest;
    },
    get cleared() {
      return cleared;
    },
    async captureFrame(frame: AudioFrame) {
      frames.push(frame);
      emptyAt = Math.max(emptyAt, clock.now()) + (frame.samplesPerChannel / SAMPLE_RATE) * 1_000;
      longest = Math.max(longest, emptyAt - clock.now());
    },
    clearQueue() {
      cleared += 1;
      emptyAt = 0;
    },
    samples: () => frames.flatMap(({ data }) => [...data]),
  };
}

function create() {
  const clock = createVirtualClock();
  const source = createSource(clock);
  return { clock, source, voice: createBotVoice({ AudioFrame }, source, clock, silentLogger) };
}

test('a text comes as frames of 20 ms in real rtc-node frames, each in a buffer of its own, for its whole length', async () => {
  const { clock, source, voice } = create();

  voice.say('Mama and papa.', 1);
  await clock.advance(speakingMs('Mama and papa.', 1) + 100);

  const total = source.frames.reduce((sum, { samplesPerChannel }) => sum + samplesPerChannel, 0);
  expect((total / SAMPLE_RATE) * 1_000).toBeGreaterThanOrEqual(speakingMs('Mama and papa.', 1));
  expect((total / SAMPLE_RATE) * 1_000).toBeLessThan(speakingMs('Mama and papa.', 1) + 20);
  expect(source.longest).toBe(AHEAD_MS);
  for (const { data } of source.frames) {
    expect([data.byteOffset, data.buffer.byteLength]).toEqual([0, 960 * 2]);
  }
  expect(new Set(source.frames.map(({ data }) => data.buffer)).size).toBe(source.frames.length);
});

test('a hush takes back what waits and fades from the very sample that was being heard', async () => {
  const { clock, source, voice } = create();
  voice.say('A'.repeat(80), 1);
  await clock.advance(600);
  const handedOver = source.samples();
  const heard = handedOver.length - (source.queuedDuration / 1_000) * SAMPLE_RATE;
  const before = source.frames.length;

  voice.hush();

  expect(source.cleared).toBe(1);
  const after = source.frames.slice(before);
  const fade = [...(after[0]?.data ?? [])];
  expect(fade).toHaveLength((FADE_MS / 1_000) * SAMPLE_RATE);
  expect(fade[0]).toBe(handedOver[heard]);
  expect(Math.abs(fade.at(-1) ?? 1)).toBeLessThan(20);
  await clock.advance(400);
  expect(source.frames).toHaveLength(before + 1);
});

test('a new text replaces the one that is being said', async () => {
  const { clock, source, voice } = create();
  voice.say('A'.repeat(400), 1);
  await clock.advance(200);

  voice.say('O.', 1);
  expect(source.cleared).toBe(1);
  await clock.advance(1_500);

  const total = source.samples().length / SAMPLE_RATE;
  expect(total).toBeLessThan(1.2);
  await clock.run(voice.close());
});

test('close ends in the middle of a text, with nothing in flight', async () => {
  const { clock, source, voice } = create();
  voice.say('A'.repeat(400), 1);

  await clock.advance(100);
  await clock.run(voice.close());
  const { length } = source.frames;
  await clock.advance(500);

  expect(source.frames).toHaveLength(length);
});
