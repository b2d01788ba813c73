import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { speakingMs } from '../src/avatar';
import { createMouthTrack, createVoice, FADE_MS, type Utterance } from '../src/voice';

const RATE = 48_000;
const sentence =
  'Hello there! I am a simulated avatar, and I can tell you many things. What would you like to know?';

function pull(utterance: Utterance, ms: number, rate = RATE): Float32Array {
  const samples = new Float32Array(Math.round((ms / 1_000) * rate));
  utterance.read(samples);
  return samples;
}

function say(text: string, { speed = 1, rate = RATE } = {}): Float32Array {
  const utterance = createVoice({ sampleRate: rate }).speak(text, speed);
  return pull(utterance, utterance.durationMs, rate);
}

const rms = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
const decibels = (level: number): number => 20 * Math.log10(level);
const peak = (samples: Float32Array): number =>
  samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
const steepest = (samples: Float32Array): number =>
  samples.reduce(
    (most, sample, index) => Math.max(most, Math.abs(sample - (samples[index - 1] ?? sample))),
    0,
  );

test.each([0.8, 1, 1.2])('a text lasts as long as the avatar counts for it, at speed %f', (speed) => {
  const utterance = createVoice().speak(sentence, speed);

  expect(utterance.durationMs).toBe(speakingMs(sentence, speed));
  pull(utterance, utterance.durationMs - 10);
  expect(utterance.ended).toBe(false);
  pull(utterance, 20);
  expect(utterance.ended).toBe(true);
  expect(peak(pull(utterance, 500))).toBe(0);
});

test.each([16_000, 44_100, 48_000])(
  'running speech is soft at %i samples a second: about -18 dBFS, never near full',
  (rate) => {
    const samples = say(sentence, { rate });

    expect(decibels(rms(samples))).toBeGreaterThan(-20);
    expect(decibels(rms(samples))).toBeLessThan(-16);
    expect(peak(samples)).toBeLessThan(0.7);
    expect(Math.abs(samples.reduce((sum, sample) => sum + sample, 0) / samples.length)).toBeLessThan(0.01);
  },
);

test('nothing in it is shrill: under 2 % of the energy lies above 4 kHz', () => {
  const samples = say(sentence);

  expect(energyAbove(samples, 4_000)).toBeLessThan(0.02);
  // Still a voice and not a hum.
  expect(energyAbove(samples, 600)).toBeGreaterThan(0.1);
});

/** Share of the energy above a frequency, by a plain Fourier transform of windows here and there. */
function energyAbove(samples: Float32Array, frequency: number): number {
  const size = 512;
  let [above, total] = [0, 0];
  for (let start = 0; start + size < samples.length; start += size * 16) {
    for (let bin = 1; bin < size / 2; bin += 1) {
      let [real, imaginary] = [0, 0];
      for (let index = 0; index < size; index += 1) {
        const windowed = (samples[start + index] ?? 0) * (0.5 - 0.5 * Math.cos((2 * Math.PI * index) / size));
        real += windowed * Math.cos((2 * Math.PI * bin * index) / size);
        imaginary += windowed * Math.sin((2 * Math.PI * bin * index) / size);
      }
      const energy = real ** 2 + imaginary ** 2;
      total += energy;
      if ((bin * RATE) / size > frequency) above += energy;
    }
  }
  return above / total;
}

test('whatever the text, samples are numbers within bounds', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.double({ min: 0.8, max: 1.2, noNaN: true }),
      (text, speed) => {
        const samples = say(text, { speed, rate: 16_000 });
        expect(samples.every((sample) => Number.isFinite(sample) && Math.abs(sample) < 1)).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

test('the same text and speed give the same samples; another text gives others', () => {
  expect(say('Good morning.')).toEqual(say('Good morning.'));
  expect(say('Good evening.')).not.toEqual(say('Good morning.'));
});

test('scripts of all kinds are spoken', () => {
  for (const text of ['你好，我是虚拟形象。', 'Привет, как дела?', 'नमस्ते, आप कैसे हैं?', 'こんにちは', '12345']) {
    expect(decibels(rms(say(text)))).toBeGreaterThan(-24);
  }
});

test('text without a letter is silence of its length', () => {
  const samples = say('… !!! 😀');

  expect(samples.length).toBeGreaterThan(0);
  expect(peak(samples)).toBeLessThan(1e-3);
});

test('a pause between sentences is silent', () => {
  const utterance = createVoice().speak('Mama. Mama.', 1);
  const samples = pull(utterance, utterance.durationMs);
  const windows = Array.from({ length: Math.floor(samples.length / 960) }, (_, index) =>
    rms(samples.subarray(index * 960, (index + 1) * 960)),
  );
  const middle = windows.slice(Math.floor(windows.length * 0.3), Math.ceil(windows.length * 0.7));

  expect(Math.min(...middle)).toBeLessThan(0.002);
  expect(Math.max(...windows)).toBeGreaterThan(0.1);
});

describe('stop', () => {
  test('fades within 25 ms to silence, without a click', () => {
    const utterance = createVoice().speak('a'.repeat(80), 1);
    const before = pull(utterance, 1_000);

    utterance.stop();
    const after = pull(utterance, 500);

    expect(rms(before)).toBeGreaterThan(0.05);
    const fade = Math.round((FADE_MS / 1_000) * RATE);
    expect(peak(after.subarray(0, fade))).toBeGreaterThan(0.01);
    expect(peak(after.subarray(fade + 1))).toBe(0);
    expect(steepest(after)).toBeLessThanOrEqual(steepest(before));
    expect(utterance.ended).toBe(true);
  });

  test('before the first sample there is nothing to hear', () => {
    const utterance = createVoice().speak(sentence, 1);
    utterance.stop();

    expect(rms(pull(utterance, 300))).toBeLessThan(0.001);
  });
});

test('one that joins late begins at the word that the others have come to', () => {
  const voice = createVoice();
  const whole = say(sentence);
  const late = voice.speak(sentence, 1, 3_000);

  expect(late.positionMs).toBe(3_000);
  const rest = pull(late, late.durationMs);
  expect(peak(rest.subarray(whole.length - 3 * RATE))).toBe(0);
  // Once the tongue has found its place the two say the same with the same strength.
  expect(rms(rest.subarray(RATE / 5, RATE))).toBeCloseTo(rms(whole.subarray(3.2 * RATE, 4 * RATE)), 1);
});

describe('the mouth', () => {
  test('is closed before, after and in the pauses of a text', () => {
    const mouthAt = createMouthTrack('Mama. Mama.', 1);
    const duration = speakingMs('Mama. Mama.', 1);
    const openness = Array.from({ length: Math.floor(duration / 5) }, (_, index) => mouthAt(index * 5).open);

    expect(mouthAt(-1).open).toBe(0);
    expect(mouthAt(duration).open).toBe(0);
    expect(Math.max(...openness)).toBeGreaterThan(0.7);
    const middle = openness.slice(Math.floor(openness.length * 0.3), Math.ceil(openness.length * 0.7));
    expect(Math.min(...middle)).toBeLessThan(0.05);
  });

  test('is spread for "ee" and rounded for "oo"', () => {
    const inTheMiddle = (text: string) => createMouthTrack(text, 1)(speakingMs(text, 1) / 2);

    expect(inTheMiddle('eeee').spread).toBeGreaterThan(0.3);
    expect(inTheMiddle('oooo').spread).toBeLessThan(-0.3);
  });

  test('moves, and never jumps', () => {
    const mouthAt = createMouthTrack(sentence, 1.2);
    const duration = speakingMs(sentence, 1.2);
    let most = 0;
    let travelled = 0;
    for (let ms = 0; ms < duration - 60; ms += 5) {
      const step = Math.abs(mouthAt(ms + 5).open - mouthAt(ms).open);
      most = Math.max(most, step);
      travelled += step;
    }

    expect(most).toBeLessThan(0.2);
    expect(travelled).toBeGreaterThan(10);
  });
});
