/** Sounds as a microphone gives them, made here, and how loud a track is. */

import { onTestFinished } from 'vitest';

const SECONDS = 2;

export interface Sound {
  /** A fan in the room: white noise of so many dBFS, of which what is above 500 Hz is damped. */
  readonly fan?: number;
  /** A vowel in syllables, with a gain of 0 to 1. */
  readonly voice?: number;
}

/** A track that sounds until the test ends. */
export function trackOf({ fan, voice }: Sound): MediaStreamTrack {
  const context = new OriginalAudioContext({ sampleRate: 48_000 });
  onTestFinished(() => context.close());
  const output = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  if (fan !== undefined)
    whiteNoise(context, fan)
      .connect(new BiquadFilterNode(context, { type: 'lowpass', frequency: 500 }))
      .connect(output);
  if (voice !== undefined) vowel(context, voice).connect(output);
  const [track] = output.stream.getAudioTracks() as [MediaStreamTrack];
  return track;
}

/** Not the one that a test counts. */
const OriginalAudioContext = AudioContext;

function whiteNoise(context: AudioContext, dbfs: number): AudioNode {
  const buffer = context.createBuffer(1, SECONDS * context.sampleRate, context.sampleRate);
  const samples = buffer.getChannelData(0);
  // Even from -1 to 1 is 4.8 dB below full scale.
  const peak = 10 ** ((dbfs + 4.77) / 20);
  let state = 1;
  for (let at = 0; at < samples.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    samples[at] = (state / 2 ** 31 - 1) * peak;
  }
  const noise = new AudioBufferSourceNode(context, { buffer, loop: true });
  noise.start();
  return noise;
}

/** Vocal folds, three formants of an "a", and four syllables a second. */
function vowel(context: AudioContext, gain: number): AudioNode {
  const folds = new OscillatorNode(context, { type: 'sawtooth', frequency: 130 });
  const syllables = new OscillatorNode(context, { frequency: 4 });
  const mouth = new GainNode(context, { gain: gain / 2 });
  syllables.connect(new GainNode(context, { gain: gain / 2 })).connect(mouth.gain);
  for (const [frequency, loudness] of [
    [730, 1],
    [1_090, 0.5],
    [2_440, 0.2],
  ] as const) {
    folds
      .connect(new BiquadFilterNode(context, { type: 'bandpass', frequency, Q: 8 }))
      .connect(new GainNode(context, { gain: loudness }))
      .connect(mouth);
  }
  folds.start();
  syllables.start();
  return mouth;
}

/** RMS in dBFS of the last 0.7 s of a track, after it has been heard for `seconds`. */
export async function levelOf(track: MediaStreamTrack, seconds = 1.2): Promise<number> {
  const context = new OriginalAudioContext({ sampleRate: 48_000 });
  const analyser = new AnalyserNode(context, { fftSize: 32_768 });
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  // The context's own clock tells when enough has been heard.
  const heard = new ConstantSourceNode(context);
  const ended = new Promise((resolve) => heard.addEventListener('ended', resolve, { once: true }));
  heard.start();
  heard.stop(seconds);
  await ended;
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  await context.close();
  const square = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return 10 * Math.log10(square);
}
