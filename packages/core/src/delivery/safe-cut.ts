/**
 * Where escaped JSON text may be cut: never inside an escape or a code point, and not inside a grapheme cluster that
 * would fit a packet whole. All places are bytes.
 */

import { clusterEnd, clusterStart, isContinuation } from './grapheme';

const BACKSLASH = 0x5c;
const LETTER_N = 0x6e;
const LETTER_R = 0x72;
const LETTER_U = 0x75;

export interface CutLimits {
  /** The text begins here, or was cut here before. */
  readonly from: number;
  /** Cut here at the latest. */
  readonly limit: number;
  /** Text bytes that a packet of its own could give to a cluster, and to one that ends the message. */
  readonly room: number;
  readonly finalRoom: number;
}

/**
 * The best place to cut `bytes`, which go on behind `limit`, at or before it; `from` itself when not even one character fits. A cluster that
 * fits no packet whole is cut between its code points.
 */
export function safeCut(bytes: Uint8Array, { from, limit, room, finalRoom }: CutLimits): number {
  const cut = unitStart(bytes, from, limit);
  if (cut === from) return from;
  const start = characterStart(bytes, from, cut);
  if (start === cut || start === from) return cut;

  const first = Math.max(start, escapeEnd(bytes, start) - 1);
  const size = clusterEnd(bytes, from, first, start + finalRoom) - start;
  return size <= (start + size === bytes.length ? finalRoom : room) ? start : cut;
}

/** The last boundary at or before `at` that is inside no escape and no code point. */
export function unitStart(bytes: Uint8Array, from: number, at: number): number {
  let cut = at;
  while (cut > from && isContinuation(bytes[cut])) cut -= 1;
  const earliest = Math.max(from, cut - 5);
  for (let slash = cut - 1; slash >= earliest; slash -= 1) {
    if (byte(bytes, slash) !== BACKSLASH) continue;
    let run = slash;
    while (run > from && byte(bytes, run - 1) === BACKSLASH) run -= 1;
    // The second of an escaped pair begins nothing.
    if ((slash - run) % 2 === 1) return cut;
    return escapeEnd(bytes, slash) > cut ? slash : cut;
  }
  return cut;
}

/** The same without cutting a cluster: clusters never reach back over `from`. */
export function characterStart(bytes: Uint8Array, from: number, at: number): number {
  if (byte(bytes, at - 1) < 0x80 && byte(bytes, at) < 0x80)
    return isInsideCrLf(bytes, from, at) ? at - 2 : at;
  // The characters of an escape are read as letters, so a mark behind one looks as if it joined its last letter.
  const start = unitStart(bytes, from, clusterStart(bytes, from, at));
  return isInsideCrLf(bytes, from, start) ? start - 2 : start;
}

/** Where the escape ends that begins at `start`; `start` where none does. */
function escapeEnd(bytes: Uint8Array, start: number): number {
  if (byte(bytes, start) !== BACKSLASH) return start;
  return start + (byte(bytes, start + 1) === LETTER_U ? 6 : 2);
}

/** Between an escaped carriage return and an escaped line feed. */
function isInsideCrLf(bytes: Uint8Array, from: number, at: number): boolean {
  return (
    byte(bytes, at) === BACKSLASH &&
    byte(bytes, at + 1) === LETTER_N &&
    byte(bytes, at - 1) === LETTER_R &&
    at - 2 >= from &&
    unitStart(bytes, from, at - 1) === at - 2
  );
}

/** 0 behind the end. */
function byte(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}
