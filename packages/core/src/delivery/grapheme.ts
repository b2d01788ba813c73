/**
 * What a reader sees as one character: the rules of Unicode Standard Annex 29 for extended grapheme clusters, applied
 * to a few code points around one place of UTF-8 text. Places are bytes, at the beginning of a code point; text
 * begins at `from`.
 *
 * Where the annex needs more tables than a regular expression has, more is kept together than it asks, never less.
 * Why not `Intl.Segmenter`: docs/decisions/0006-grapheme-rules.md.
 */

/** Marks, non-joiners, skin tones, tags, and Thai, Lao and halfwidth letters that behave like marks. */
const EXTENDS = /[\p{M}\u200c\p{EMod}\u0e33\u0eb3\uff9e\uff9f\u{e0020}-\u{e007f}]/u;
/** Signs that belong to what follows. Unicode 17, Grapheme_Cluster_Break=Prepend. */
const PREPENDS =
  /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\u{110bd}\u{110cd}\u{111c2}\u{111c3}\u{113d1}\u{1193f}\u{11941}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}]/u;
/** Signs that tie one consonant to the next. Unicode 17, Indic_Conjunct_Break=Linker. */
const LINKS =
  /[\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d\u1039\u17d2\u1a60\u1b44\u1bab\ua9c0\uaaf6\u{10a3f}\u{11133}\u{113d0}\u{1193e}\u{11a47}\u{11a99}\u{11f42}]/u;
const LEADING_JAMO = /[\u1100-\u115f\ua960-\ua97c]/u;
const INNER_JAMO = /[\u1160-\u11ff\ud7b0-\ud7fb\u{16d63}\u{16d67}-\u{16d6a}]/u;
const HANGUL = /[\u1100-\u11ff\ua960-\ua97c\uac00-\ud7fb\u{16d63}\u{16d67}-\u{16d6a}]/u;
const FLAG_HALF = /\p{RI}/u;
const MARK = /\p{M}/u;
const JOINABLE = /[\p{Lo}\p{ExtPict}]/u;
const ZERO_WIDTH_JOINER = 0x200d;

/** Whether a cluster goes on across `place`. */
export function isInsideCluster(bytes: Uint8Array, from: number, place: number): boolean {
  if (place <= from) return false;
  const last = pointAt(bytes, pointBefore(bytes, from, place));
  const next = pointAt(bytes, place);
  if (isPlain(last) && isPlain(next)) return false;
  if (next === ZERO_WIDTH_JOINER) return true;

  const before = String.fromCodePoint(last);
  const after = String.fromCodePoint(next);
  if (EXTENDS.test(after) || PREPENDS.test(before)) return true;
  if (FLAG_HALF.test(after)) return flagHalvesBefore(bytes, from, place) % 2 === 1;
  if (INNER_JAMO.test(after)) return HANGUL.test(before);
  if (LEADING_JAMO.test(before)) return HANGUL.test(after);
  if (!JOINABLE.test(after)) return false;
  return last === ZERO_WIDTH_JOINER || isLinkedBefore(bytes, from, place);
}

/** Where the cluster begins that holds the code point at `place`. */
export function clusterStart(bytes: Uint8Array, from: number, place: number): number {
  let start = place;
  while (isInsideCluster(bytes, from, start)) start = pointBefore(bytes, from, start);
  return start;
}

/** Where the cluster ends that holds the code point at `place`, or the first place behind `enough`. */
export function clusterEnd(bytes: Uint8Array, from: number, place: number, enough: number): number {
  let end = pointAfter(bytes, place);
  while (end <= enough && end < bytes.length && isInsideCluster(bytes, from, end))
    end = pointAfter(bytes, end);
  return end;
}

/** Letters and signs that join nothing but marks: Latin, Greek, Cyrillic, kana, Han, Hangul syllables. Decides most cuts. */
function isPlain(point: number): boolean {
  return (
    point < 0x300 ||
    (point >= 0x370 && point <= 0x482) ||
    (point >= 0x48a && point <= 0x52f) ||
    (point >= 0x3001 && point <= 0x3029) ||
    (point >= 0x3041 && point <= 0x3096) ||
    (point >= 0x30a1 && point <= 0x30fa) ||
    (point >= 0x4e00 && point <= 0x9fff) ||
    (point >= 0xac00 && point <= 0xd7a3) ||
    (point >= 0xff01 && point <= 0xff60)
  );
}

function flagHalvesBefore(bytes: Uint8Array, from: number, place: number): number {
  let count = 0;
  for (let at = place; at > from; count += 1) {
    at = pointBefore(bytes, from, at);
    if (!FLAG_HALF.test(characterAt(bytes, at))) break;
  }
  return count;
}

/** Marks stand before `place`, and one of them is a link. */
function isLinkedBefore(bytes: Uint8Array, from: number, place: number): boolean {
  for (let at = place; at > from; ) {
    at = pointBefore(bytes, from, at);
    const point = pointAt(bytes, at);
    const mark = String.fromCodePoint(point);
    if (LINKS.test(mark)) return true;
    if (point !== ZERO_WIDTH_JOINER && !MARK.test(mark)) return false;
  }
  return false;
}

export function characterAt(bytes: Uint8Array, place: number): string {
  return String.fromCodePoint(pointAt(bytes, place));
}

function pointAt(bytes: Uint8Array, place: number): number {
  const lead = bytes[place] ?? 0;
  if (lead < 0x80) return lead;
  const length = lengthOf(lead);
  let point = lead & (0x7f >> length);
  for (let offset = 1; offset < length; offset += 1)
    point = (point << 6) | ((bytes[place + offset] ?? 0) & 0x3f);
  return point;
}

/** Where the code point begins that ends at `place`. */
export function pointBefore(bytes: Uint8Array, from: number, place: number): number {
  let start = place - 1;
  while (start > from && isContinuation(bytes[start])) start -= 1;
  return start;
}

function pointAfter(bytes: Uint8Array, place: number): number {
  return place + lengthOf(bytes[place] ?? 0);
}

function lengthOf(lead: number): number {
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/** Not the first byte of a code point. */
export function isContinuation(byte: number | undefined): boolean {
  return ((byte ?? 0) & 0xc0) === 0x80;
}
