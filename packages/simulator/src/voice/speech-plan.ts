import { speakingMs } from '../avatar';
import { closedMouth, type MouthShape } from './mouth';
import { pause, type Sound } from './sounds';
import { type Spoken, spell } from './spelling';

/** One sound with its place in time. Milliseconds from the beginning of the speech. */
export interface PlannedSound {
  readonly sound: Sound;
  readonly startMs: number;
  readonly endMs: number;
  /** Against the voice's own pitch. */
  readonly pitch: number;
  readonly loudness: number;
}

/** What is said, sound by sound. */
export interface SpeechPlan {
  readonly durationMs: number;
  readonly sounds: readonly PlannedSound[];
}

/** Lays a text out in time. It takes exactly as long as the avatar counts for it: `speakingMs(text, speed)`. */
export function planSpeech(text: string, speed: number): SpeechPlan {
  const durationMs = speakingMs(text, speed);
  const spoken = spell(text);
  const natural = spoken.reduce((sum, { sound, stressed }) => sum + sound.ms * (stressed ? 1.25 : 1), 0);
  if (!spoken.some(({ sound }) => sound.kind !== 'pause')) {
    const silence = { sound: pause(durationMs), startMs: 0, endMs: durationMs, pitch: 1, loudness: 0 };
    return { durationMs, sounds: [silence] };
  }

  const stretch = durationMs / natural;
  const melody = melodyOf(spoken);
  let at = 0;
  const sounds = spoken.map((item, index): PlannedSound => {
    const startMs = at;
    at += item.sound.ms * (item.stressed ? 1.25 : 1) * stretch;
    return {
      sound: item.sound,
      startMs,
      endMs: at,
      pitch: melody[index] ?? 1,
      loudness: item.stressed ? 1 : 0.84,
    };
  });
  return { durationMs, sounds };
}

/** Falls slowly through each sentence, lifts on stress, and rises before a question mark. */
function melodyOf(spoken: readonly Spoken[]): number[] {
  const melody: number[] = [];
  let start = 0;
  while (start < spoken.length) {
    let end = start;
    while (end < spoken.length && !isEnd(spoken[end])) end += 1;
    const question = spoken[end]?.ends === 'question';
    const ended = spoken[end]?.ends !== undefined;
    for (let index = start; index <= Math.min(end, spoken.length - 1); index += 1) {
      const share = (index - start) / Math.max(1, end - start);
      const last = Math.max(0, (share - 0.75) * 4);
      const close = question ? last * 0.24 : ended ? last * -0.1 : 0;
      melody.push(1.08 - share * 0.14 + close + (spoken[index]?.stressed ? 0.09 : 0));
    }
    start = end + 1;
  }
  return melody;
}

function isEnd(item: Spoken | undefined): boolean {
  return item?.ends !== undefined && item.ends !== 'word';
}

/** The sound at a moment, by halving: a text may have a hundred thousand of them. */
export function soundIndexAt(plan: SpeechPlan, ms: number): number {
  let low = 0;
  let high = plan.sounds.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((plan.sounds[middle]?.endMs ?? 0) <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Lips begin to move before a sound, and never jump. */
const LEAD_MS = 35;

/** The mouth of a text that is being said, by milliseconds from its beginning. */
export function createMouthTrack(text: string, speed: number): (ms: number) => MouthShape {
  const plan = planSpeech(text, speed);
  return (ms) => mouthAt(plan, ms);
}

/** The mouth at a moment of the speech: from the middle of each sound to the middle of the next. */
function mouthAt(plan: SpeechPlan, ms: number): MouthShape {
  const at = ms + LEAD_MS;
  if (ms < 0 || at >= plan.durationMs) return closedMouth;
  const index = soundIndexAt(plan, at);
  const current = plan.sounds[index];
  if (current === undefined) return closedMouth;
  const middle = (current.startMs + current.endMs) / 2;
  const other = plan.sounds[at < middle ? index - 1 : index + 1];
  const otherMiddle =
    other === undefined ? (at < middle ? 0 : plan.durationMs) : (other.startMs + other.endMs) / 2;
  const share = Math.abs(at - middle) / Math.max(1, Math.abs(otherMiddle - middle));
  const eased = share * share * (3 - 2 * share);
  const near = shapeOf(current);
  const far = other === undefined ? closedMouth : shapeOf(other);
  return {
    open: near.open + (far.open - near.open) * eased,
    spread: near.spread + (far.spread - near.spread) * eased,
  };
}

function shapeOf({ sound, loudness }: PlannedSound): MouthShape {
  return { open: sound.open * loudness, spread: sound.spread };
}
