/**
 * A text stream as a sequence of messages, each of whole sentences. Nothing is lost or changed: what is taken, joined,
 * is what was appended, white space included.
 *
 * A sentence ends
 * - at `.` `!` `?` `…` (with closing quotes and brackets) before white space, but not after a known abbreviation, a
 *   single letter (`e.g.`, `J. S. Bach`) or a number that begins a line (`1. First`);
 * - at the full stops of scripts that need no space after them: `。` `！` `？` `؟` `۔` `।` `॥` and their like;
 * - at the end of a line.
 */

import { AvatarError } from '../errors';
import { clusterEnd, clusterStart } from './grapheme';

export interface SentenceFlow {
  append(text: string): void;
  /**
   * What to say now, when there is budget for it; undefined if nothing is. Text without a sentence's end is given at
   * a word's end once it is long.
   *
   * @param behind false gives one sentence, so that it is heard early; true gives all whole sentences there are, so
   * that packets are full while earlier text still waits
   */
  take(behind: boolean): string | undefined;
  /** The stream is over: everything that is left; undefined if nothing is. */
  end(): string | undefined;
  /** What was appended and not taken. */
  peek(): string;
}

export interface SentenceFlowOptions {
  /** Text without a sentence's end is given from this length on, in UTF-16 units. @default 120 */
  readonly firstFlushCharacters?: number;
}

/** One sentence's end: what closes it, and the white space behind it. */
const SENTENCE_END =
  /(?:[.!?…]+["'”’»›)\]}*_]*(?=\s)|[。｡．！？؟۔।॥։።៕။‼⁇⁈⁉]+["'”’」』）】》〉)\]]*|(?=\n))\s*/gu;

/** Before a full stop that ends no sentence. */
const ABBREVIATION =
  /(?:^|[\s(["'“‘])(?:(?:\p{L}\.)*\p{L}|Dr|Mr|Mrs|Ms|Mx|Prof|Rev|Gen|Sen|Rep|St|Jr|Sr|vs|Nr|Fig|approx|bzw|ca|Mme|Sra?)$/u;
/** No more is looked at, so that a text of nothing but abbreviations costs no more than another. */
const LONGEST_ABBREVIATION = 24;
const LINE_NUMBER = /(?:^|\n)\s*\d+$/u;

export function createSentenceFlow({ firstFlushCharacters = 120 }: SentenceFlowOptions = {}): SentenceFlow {
  if (!Number.isInteger(firstFlushCharacters) || firstFlushCharacters < 1) {
    throw new AvatarError('invalid-argument', 'firstFlushCharacters must be a whole number of at least 1.');
  }
  let rest = '';

  function give(length: number): string {
    const text = rest.slice(0, length);
    rest = rest.slice(length);
    return text;
  }

  return {
    append(text) {
      rest += text;
    },
    take(behind) {
      let end: number | undefined;
      for (end of sentenceEnds(rest)) if (!behind) break;
      if (end !== undefined) return give(end);
      const blank = rest.length - rest.trimStart().length;
      if (rest.length - blank < firstFlushCharacters) return undefined;
      return give(wordEnd(rest, blank, behind ? rest.length : blank + firstFlushCharacters));
    },
    end: () => (rest === '' ? undefined : give(rest.length)),
    peek: () => rest,
  };
}

/** Offsets behind the sentences of `text`; blank text is none. */
function* sentenceEnds(text: string): Generator<number> {
  let start = 0;
  for (const match of text.matchAll(SENTENCE_END)) {
    const end = match.index + match[0].length;
    const before = text.slice(start, match.index);
    if (!/\S/.test(match[0]) && !/\S/.test(before)) continue;
    if (match[0].startsWith('.') && endsNoSentence(before.slice(-LONGEST_ABBREVIATION), match[0])) continue;
    start = end;
    yield end;
  }
}

function endsNoSentence(before: string, stop: string): boolean {
  return (
    !stop.startsWith('..') && !stop.includes('\n') && (ABBREVIATION.test(before) || LINE_NUMBER.test(before))
  );
}

/**
 * Behind the last word that is surely over at or before `limit`; the first `blank` characters are none. A run without
 * a word's end, as in scripts that write no spaces, is cut between two characters.
 */
function wordEnd(text: string, blank: number, limit: number): number {
  const words = /^[\s\S]*[\s、，；：،؛]/u.exec(text.slice(blank, limit));
  if (words) return blank + words[0].length;
  return characterEnd(text, limit);
}

/** The last character may still grow while text comes: it stays, unless it is the only one. */
function characterEnd(text: string, limit: number): number {
  const encoder = new TextEncoder();
  const bytes = encoder.encode(text);
  const at = Math.min(limit, text.length - 1);
  const isSecondHalf = (text.codePointAt(at - 1) ?? 0) > 0xffff;
  const place = encoder.encode(text.slice(0, isSecondHalf ? at - 1 : at)).length;
  const end = clusterStart(bytes, 0, place) || clusterEnd(bytes, 0, 0, bytes.length);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, end)).length;
}
