/** Speech on the clock: one piece after another, each as long as it takes to say. */

import type { Clock } from '@avatarwire/core';
import type { About } from './dialects';

/** One piece of speech, a few words. */
export interface Speech {
  readonly messageId: string;
  readonly text: string;
  readonly durationMs: number;
  /** 0.8 to 1.2. */
  readonly speed: number;
}

interface VoiceOptions {
  readonly clock: Clock;
  speed(): number;
  readonly durationOf: (text: string, speed: number) => number;
  /** How many messages are not finished: between their pieces the avatar draws breath, and goes on speaking. */
  unfinished(): number;
  onSpeech(speech: Speech): void;
  onSpeaking(speaking: boolean, about: About & { readonly interrupted: boolean }): void;
}

const IDEOGRAPHIC = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/**
 * How long a text takes to say, in milliseconds: 65 a letter, 220 an ideograph, kana or hangul syllable, at least 300,
 * at speed 1. Our own figures, near an ordinary reading pace of 150 words a minute.
 */
export function speakingMs(text: string, speed: number): number {
  let total = 0;
  for (const letter of text) total += IDEOGRAPHIC.test(letter) ? 220 : 65;
  return Math.max(300, total) / speed;
}

export function createVoice(options: VoiceOptions) {
  let waiting: { readonly about: About; readonly text: string }[] = [];
  let cancelPiece: (() => void) | undefined;
  let speakingOf: About | undefined;

  function next(): void {
    const piece = waiting.shift();
    if (!piece) return finishIfSilent();
    const begins = speakingOf === undefined;
    speakingOf = piece.about;
    const { messageId } = piece.about;
    const speed = options.speed();
    const durationMs = options.durationOf(piece.text, speed);
    cancelPiece = options.clock.schedule(() => {
      cancelPiece = undefined;
      next();
    }, durationMs);
    if (begins) options.onSpeaking(true, { ...piece.about, interrupted: false });
    options.onSpeech({ messageId, text: piece.text, durationMs, speed });
  }

  function finish(interrupted: boolean): void {
    if (speakingOf === undefined) return;
    const about = speakingOf;
    speakingOf = undefined;
    options.onSpeaking(false, { ...about, interrupted });
  }

  function finishIfSilent(): void {
    if (!cancelPiece && waiting.length === 0 && options.unfinished() === 0) finish(false);
  }

  return {
    say(about: About, text: string): void {
      waiting.push({ about, text });
      if (!cancelPiece) next();
    },
    hush(): void {
      waiting = [];
      cancelPiece?.();
      cancelPiece = undefined;
      finish(true);
    },
    finishIfSilent,
  };
}
