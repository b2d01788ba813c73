/**
 * What the avatar says: replies in frames cut in its own way, and speech that takes its time on the clock. Replies
 * leave one after the other, so that two never interleave.
 */

import type { Clock } from '@avatarwire/core';
import { createTextQueue, type TextQueue } from './avatar-text-queue';
import { createVoice, type Speech } from './avatar-voice';
import type { About, Said } from './dialects';
import { type Random, randomName } from './random';

interface MouthOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Between two frames of one reply, in milliseconds. */
  readonly frameMs: number;
  readonly repliesReuseMessageId: boolean;
  readonly finishesInterrupted: boolean;
  readonly emptyFinalPart: boolean;
  speed(): number;
  readonly durationOf: (text: string, speed: number) => number;
  tell(said: Said): void;
  onSpeech(speech: Speech): void;
  onSpeaking(speaking: boolean, about: About & { readonly interrupted: boolean }): void;
  onReplyFailed(error: unknown): void;
}

/** Makes the text of a reply. */
type Source = (signal: AbortSignal) => string | Promise<string> | AsyncIterable<string>;

/** A message of the avatar that is not finished. */
interface Utterance extends About {
  /** The visitor's own words. */
  readonly repeated: boolean;
  readonly text: TextQueue;
  readonly abort: AbortController;
}

/** A frame's text in characters: a service streams a few words at a time. */
const SHORTEST_CUT = 12;
const LONGEST_CUT = 60;

export interface Mouth {
  /** Says what `source` gives, after a pause for thought. */
  answer(messageId: string | undefined, pauseMs: number, source: Source): void;
  /** Says a message, or the next piece of one, again. */
  repeat(messageId: string, text: string, final: boolean): void;
  /** Sends recognised speech of the visitor; returns the id of the message. */
  tellUserSpeech(text: string): string;
  /** Stops speaking, and forgets what it was about to say. */
  hush(): void;
}

export function createMouth(options: MouthOptions): Mouth {
  const { clock, random } = options;
  const unfinished = new Set<Utterance>();
  const repeated = new Map<string, Utterance>();
  const voice = createVoice({ ...options, unfinished: () => unfinished.size });
  let lastInLine: Promise<void> = Promise.resolve();

  function open(of: string | undefined, repeated: boolean): Utterance {
    const messageId = of !== undefined && options.repliesReuseMessageId ? of : randomName(random, 12);
    const abort = new AbortController();
    const utterance: Utterance = { messageId, of, repeated, text: createTextQueue(), abort };
    unfinished.add(utterance);
    lastInLine = lastInLine.then(() => sayAll(utterance));
    return utterance;
  }

  async function sayAll(utterance: Utterance): Promise<void> {
    const { messageId, of, repeated, text, abort } = utterance;
    let index = 0;
    let soFar = '';
    const part = (words: string, final: boolean) => {
      soFar += words;
      options.tell({ kind: 'reply', messageId, of, repeated, index, final, text: words, soFar });
      index += 1;
      if (words !== '') voice.say({ messageId, of }, words);
    };
    while (!abort.signal.aborted) {
      const piece = await text.take(
        SHORTEST_CUT + Math.floor(random() * (LONGEST_CUT - SHORTEST_CUT)),
        LONGEST_CUT,
      );
      if (abort.signal.aborted) break;
      const last = piece.last && !options.emptyFinalPart;
      if (piece.text !== '' || last) part(piece.text, last);
      if (piece.last) {
        if (!last) part('', true);
        break;
      }
      await pause(options.frameMs, abort.signal);
    }
    if (abort.signal.aborted && index > 0 && options.finishesInterrupted) part('', true);
    unfinished.delete(utterance);
    voice.finishIfSilent();
  }

  function pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const finish = () => {
        cancel();
        signal.removeEventListener('abort', finish);
        resolve();
      };
      const cancel = clock.schedule(finish, ms);
      signal.addEventListener('abort', finish);
    });
  }

  /** Feeds an utterance from its source, until it ends or is cut short. */
  async function feed(utterance: Utterance, pauseMs: number, source: Source): Promise<void> {
    const { text, abort } = utterance;
    try {
      await pause(pauseMs, abort.signal);
      if (abort.signal.aborted) return;
      const given = source(abort.signal);
      if (typeof given === 'string' || !(Symbol.asyncIterator in given)) {
        text.append(await given);
      } else {
        for await (const piece of given) {
          if (abort.signal.aborted) break;
          text.append(piece);
        }
      }
    } catch (error) {
      // After an interrupt, a source that fails has only done what its signal told it.
      if (!abort.signal.aborted) options.onReplyFailed(error);
    } finally {
      text.end();
    }
  }

  return {
    answer(messageId, pauseMs, source) {
      void feed(open(messageId, false), pauseMs, source);
    },
    repeat(messageId, text, final) {
      const utterance = repeated.get(messageId) ?? open(messageId, true);
      repeated.set(messageId, utterance);
      utterance.text.append(text);
      if (!final) return;
      utterance.text.end();
      repeated.delete(messageId);
    },
    tellUserSpeech(text) {
      const messageId = randomName(random, 12);
      options.tell({ kind: 'user-speech', messageId, text });
      return messageId;
    },
    hush() {
      for (const { abort, text } of unfinished) {
        abort.abort();
        text.end();
      }
      unfinished.clear();
      repeated.clear();
      voice.hush();
    },
  };
}
