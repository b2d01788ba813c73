import { planSpeech } from './speech-plan';
import { createSynthesiser } from './synthesiser';

export interface VoiceOptions {
  /** Samples a second: 8000 to 192000. @default 48000 */
  readonly sampleRate?: number;
}

export interface Voice {
  readonly sampleRate: number;
  /**
   * Says a text. The same text and speed give the same samples.
   *
   * @param speed 0.8 to 1.2
   * @param fromMs where in the text to begin, for one that joins late; 0 is its beginning
   */
  speak(text: string, speed: number, fromMs?: number): Utterance;
}

/** One thing said: samples to pull. The mouth that goes with them is `createMouthTrack(text, speed)`. */
export interface Utterance {
  /** From its beginning, pauses included. */
  readonly durationMs: number;
  /** How far it has been pulled. */
  readonly positionMs: number;
  /** Nothing but silence comes any more. */
  readonly ended: boolean;
  /** Fills `frame` with the next samples, -1 to 1; after the end with zeros. */
  read(frame: Float32Array): void;
  /** Fades out within {@link FADE_MS} of what is pulled next. */
  stop(): void;
}

/** Too short to hear as a sound of its own, long enough not to click. */
export const FADE_MS = 25;

/** A voice made of pulses and noise; no recording, no network. */
export function createVoice({ sampleRate = 48_000 }: VoiceOptions = {}): Voice {
  return {
    sampleRate,
    speak(text, speed, fromMs = 0) {
      const plan = planSpeech(text, speed);
      const total = Math.round((plan.durationMs / 1_000) * sampleRate);
      const fade = Math.round((FADE_MS / 1_000) * sampleRate);
      const first = Math.min(total, Math.round((Math.max(0, fromMs) / 1_000) * sampleRate));
      const synthesiser = createSynthesiser(plan, sampleRate, first);
      let position = first;
      let end = total;
      return {
        durationMs: plan.durationMs,
        get positionMs() {
          return (position / sampleRate) * 1_000;
        },
        get ended() {
          return position >= end;
        },
        read(frame) {
          for (let index = 0; index < frame.length; index += 1) {
            if (position >= end) {
              frame[index] = 0;
              continue;
            }
            const edge = Math.min(1, (position - first) / fade, (end - position) / fade);
            frame[index] = synthesiser.next() * edge;
            position += 1;
          }
        },
        stop() {
          end = Math.min(end, position + fade);
        },
      };
    },
  };
}
