/**
 * Where escaped text may be cut without cutting a word. A word ends at white space, at a control character and, in
 * scripts that write no spaces between words, at every character; but a closing sign stays with what it closes, and a
 * no-break space separates nothing. All places are bytes.
 */

import { characterAt, isContinuation, pointBefore } from './grapheme';
import { type CutLimits, characterStart, safeCut } from './safe-cut';

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

const WHITE_SPACE = /[\u1680\u2000-\u2006\u2008-\u200b\u2028\u2029\u205f\u3000]/;
/** Scripts without spaces between words, their punctuation, and pictures. */
const UNSPACED =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Bopo}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Tibt}\p{ExtPict}\p{RI}\u3001-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]/u;
/** The first lead byte of a character that {@link WHITE_SPACE} or {@link UNSPACED} could know: Thai and later blocks. */
const FIRST_LEAD = 0xe0;
const OPENS = /[\p{Ps}\p{Pi}]/u;
/** Signs that close, and the small and long vowel signs that no line of Japanese begins with. */
const BEGINS_NOTHING = /[\p{Pe}\p{Pf}\p{Po}ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々]/u;

/** The end of a word, by a sign behind two letters (`U.S.` and `3.14` may go on), by white space, or a foreign sign. */
const CLOSED =
  /(?:[^\s\d.][^\s\d.][.!?,;:]+(?:\\"|['")\]}*_])*| |\\[nrtf]|(?![\0-\u00a0\u2007\u2019\u202f])[\p{Pe}\p{Pf}\p{Po}\p{Z}])$/u;
/** In bytes. What is longer is no word to wait for. */
const LONGEST_WORD = 1_000;
const LONGEST_CLOSE = 24;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * The best place to cut `bytes`, which go on behind `limit`, at or before it. A word that fits no packet is cut as a
 * run of characters; `from` itself when not even one character fits.
 */
export function wordCut(bytes: Uint8Array, limits: CutLimits): number {
  const { from, room, finalRoom } = limits;
  const cut = safeCut(bytes, limits);
  if (cut === from || isSeparated(bytes, from, cut)) return cut;
  const word = lastWordEnd(bytes, from, cut - 1);
  if (word === from) return cut;
  const end = nextWordEnd(bytes, from, cut + 1, word + finalRoom + 1);
  return end - word <= (end === bytes.length ? finalRoom : room) ? word : cut;
}

/** The last place at or before `at` that is between two words; `from` if there is none. */
export function lastWordEnd(bytes: Uint8Array, from: number, at: number): number {
  let place = at;
  while (place > from && !isBetweenWords(bytes, from, place)) place -= 1;
  return place;
}

/** The first place at or behind `at` that is between two words; `enough`, or the end, if there is none before. */
export function nextWordEnd(bytes: Uint8Array, from: number, at: number, enough: number): number {
  const last = Math.min(enough, bytes.length);
  let place = Math.min(at, last);
  while (place < last && !isBetweenWords(bytes, from, place)) place += 1;
  return place;
}

/**
 * How far open text may be given: to its end if a sign has closed the last word, since waiting there would hold back the
 * end of a sentence; else to where that word begins, which more text could still join. White space alone waits for a
 * word. What is longer than words are is held back no further, but for its last character.
 */
export function settledEnd(bytes: Uint8Array, from: number): number {
  const end = bytes.length;
  if (end === from) return end;
  const character = isContinuation(bytes[end - 1]) ? pointBefore(bytes, from, end) : end;
  const last = characterStart(bytes, from, character);
  const settled = isClosed(bytes, from) ? end : lastWordEnd(bytes, from, last);
  if (end - settled > LONGEST_WORD) return last;
  return end - from <= LONGEST_WORD && isBlank(bytes, from, settled) ? from : settled;
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  let place = from;
  while (place < to && (bytes[place] === SPACE || isControl(bytes, from, place, 2)))
    place += bytes[place] === SPACE ? 1 : 2;
  return place >= to;
}

function isClosed(bytes: Uint8Array, from: number): boolean {
  let start = Math.max(from, bytes.length - LONGEST_CLOSE);
  while (isContinuation(bytes[start])) start += 1;
  return CLOSED.test(decoder.decode(bytes.subarray(start)));
}

function isBetweenWords(bytes: Uint8Array, from: number, place: number): boolean {
  return isSeparated(bytes, from, place) && characterStart(bytes, from, place) === place;
}

/** The same, but perhaps inside a character. */
function isSeparated(bytes: Uint8Array, from: number, place: number): boolean {
  const before = bytes[place - 1] ?? 0;
  const after = bytes[place] ?? 0;
  if (isContinuation(after)) return false;
  return (
    before === SPACE ||
    after === SPACE ||
    isControl(bytes, from, place) ||
    isControl(bytes, from, place - 2, 2) ||
    isControl(bytes, from, place - 6, 6) ||
    ((before >= 0x80 || after >= FIRST_LEAD) && isLoose(bytes, from, place))
  );
}

/** Whether the escape of a control character begins at `slash`, and has `length` bytes if that is given. */
function isControl(bytes: Uint8Array, from: number, slash: number, length?: number): boolean {
  if (slash < from || bytes[slash] !== BACKSLASH) return false;
  const letter = bytes[slash + 1];
  if (letter === QUOTE || letter === BACKSLASH || letter === undefined) return false;
  if (length !== undefined && length !== (letter === LETTER_U ? 6 : 2)) return false;
  let run = slash;
  while (run > from && bytes[run - 1] === BACKSLASH) run -= 1;
  // The second of an escaped pair begins nothing.
  return (slash - run) % 2 === 0;
}

/** Characters of which at least one is not ASCII: is one a space, or of a script that writes none? */
function isLoose(bytes: Uint8Array, from: number, place: number): boolean {
  const start = pointBefore(bytes, from, place);
  if ((bytes[start] ?? 0) < FIRST_LEAD && (bytes[place] ?? 0) < FIRST_LEAD) return false;
  const last = characterAt(bytes, start);
  const next = characterAt(bytes, place);
  if (UNSPACED.test(last) || UNSPACED.test(next)) return !OPENS.test(last) && !BEGINS_NOTHING.test(next);
  return WHITE_SPACE.test(last) || WHITE_SPACE.test(next);
}
