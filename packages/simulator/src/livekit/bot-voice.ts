import type { Clock, Logger } from '@avatarwire/core';
import type { AudioSource } from '@livekit/rtc-node';
import { createVoice, FADE_MS, type Utterance } from '../voice';
import type { RtcNode } from './bot-sdk';

export interface BotVoice {
  /** Begins to say a text. What was being said fades out. */
  say(text: string, speed: number): void;
  hush(): void;
  /** Resolves when nothing of ours is in flight any more. */
  close(): Promise<void>;
}

export const SAMPLE_RATE = 48_000;
/** Audio that waits in the source: enough for a process that is busy for a moment. */
export const AHEAD_MS = 200;
/** The source's own room. It never fills: a frame that waited for room would be heard after the queue was cleared. */
export const QUEUE_MS = 2 * AHEAD_MS;
const FRAME_MS = 20;
const FRAME = (SAMPLE_RATE * FRAME_MS) / 1_000;
const FADE = Math.round((FADE_MS / 1_000) * SAMPLE_RATE);

/** Hands the voice to the source; the source sends silence by itself while there is none. */
export function createBotVoice(
  rtc: Pick<RtcNode, 'AudioFrame'>,
  source: Pick<AudioSource, 'captureFrame' | 'clearQueue' | 'queuedDuration'>,
  clock: Clock,
  logger: Logger,
): BotVoice {
  const voice = createVoice({ sampleRate: SAMPLE_RATE });
  let utterance: Utterance | undefined;
  let running: Promise<void> = Promise.resolve();
  /** What was handed over last, so that what waits in the source can be faded instead of cut. */
  let recent = new Float32Array(0);

  function capture(samples: Float32Array): Promise<void> {
    return source.captureFrame(new rtc.AudioFrame(toInt16(samples), SAMPLE_RATE, 1, samples.length));
  }

  async function run(current: Utterance): Promise<void> {
    while (utterance === current && !current.ended) {
      if (source.queuedDuration > AHEAD_MS - FRAME_MS) {
        await new Promise<void>((resolve) => clock.schedule(resolve, FRAME_MS / 2));
        continue;
      }
      // Made anew for each frame: the source may read it after this turn.
      const frame = new Float32Array(FRAME);
      current.read(frame);
      recent = lastOf(recent, frame);
      await capture(frame);
    }
    if (utterance === current) utterance = undefined;
  }

  /** Also after the last sample was handed over: a part of it may wait to be heard. */
  function hush(): void {
    utterance = undefined;
    fadeWhatWaits();
  }

  /** Takes back what waits in the source, and gives its beginning again, fading. */
  function fadeWhatWaits(): void {
    const waiting = Math.min(recent.length, Math.round((source.queuedDuration / 1_000) * SAMPLE_RATE));
    source.clearQueue();
    const tail = recent.slice(recent.length - waiting).subarray(0, FADE);
    recent = new Float32Array(0);
    if (tail.length === 0) return;
    const faded = tail.map((sample, index) => sample * (1 - index / tail.length));
    // In this turn, so that nothing is heard between.
    const fading = capture(faded).catch(report);
    running = running.then(() => fading);
  }

  function report(cause: unknown): void {
    logger.warn('livekit bot: a frame of audio was refused', { cause });
  }

  return {
    say(text, speed) {
      if (utterance !== undefined) hush();
      const current = voice.speak(text, speed);
      utterance = current;
      running = running.then(() => run(current)).catch(report);
    },
    hush,
    async close() {
      utterance = undefined;
      source.clearQueue();
      await running;
    },
  };
}

function lastOf(recent: Float32Array, frame: Float32Array): Float32Array<ArrayBuffer> {
  const keep = (SAMPLE_RATE * (AHEAD_MS + FRAME_MS)) / 1_000;
  const joined = new Float32Array(recent.length + frame.length);
  joined.set(recent);
  joined.set(frame, recent.length);
  return joined.slice(Math.max(0, joined.length - keep));
}

/** In an array of its own: rtc-node reads from the start of the buffer beneath. */
function toInt16(samples: Float32Array): Int16Array {
  const converted = new Int16Array(samples.length);
  for (const [index, sample] of samples.entries()) converted[index] = Math.round(sample * 32_767);
  return converted;
}
