/**
 * Where a text that comes as a stream is cut into messages of one packet each, so that the avatar speaks early, stops
 * where a speaker would, and no packet is wasted while text waits.
 *
 * - The first message is the first sentence, or its first words once it is long.
 * - A full stop at the end of what there is may be that of 3.14: it ends a sentence once the source rests.
 * - While no more waits than fits a packet, all whole sentences go; the beginning of one waits for its end, unless it
 *   is very long.
 * - While more waits, a packet is filled up to the last sentence's end, or else clause's end, in its last eighth; or
 *   else to the last word's end. Messages that are said each by itself end at the last sentence's end wherever it is,
 *   or at a clause's end in the second half.
 *
 * The figures behind it: docs/decisions/0017-words-and-sentences-stay-whole.md.
 */

import { escapeText } from '../protocol/encode';
import { unescapeText } from './escaped-text';
import { clauseEnds, type Pause, sentenceEnds } from './pauses';
import { unitStart } from './safe-cut';
import { lastWordEnd, nextWordEnd, settledEnd, wordCut } from './word-cut';

/** Escaped text that waits, and the room for it in the next packet. Places are bytes. */
export interface Waiting {
  readonly bytes: Uint8Array;
  /** What is before was cut. */
  readonly from: number;
  /** No more comes. */
  readonly ended: boolean;
  /** No more comes for now. */
  readonly resting: boolean;
  readonly room: number;
  /** Each message is said by itself. */
  readonly apart: boolean;
}

/** From this length on the beginning of a sentence is said: of the first one, and of a later one. In UTF-16 units. */
const FIRST_FLUSH = 120;
const LATER_FLUSH = 400;
/** No more is held back, whatever it is. */
const MOST_HELD = 1_000;
/** How full a packet must be, at a pause, for the pause to be preferred to a full packet. */
const FULL_ENOUGH = { sentence: 7 / 8, clause: 7 / 8 };
const FULL_ENOUGH_APART = { sentence: 0, clause: 0.5 };
/** A pause may stand this much behind the end of a packet and still be seen. */
const LOOK_AHEAD_BYTES = 32;

/** Where the next message ends; `from` when not even a character fits, undefined when it is better to wait. */
export function messageEnd(waiting: Waiting): number | undefined {
  const { bytes, from, ended, resting, room } = waiting;
  const isBehind = bytes.length - from > room;
  if (!isBehind && (ended || bytes.length === from)) return bytes.length > from ? bytes.length : undefined;

  const limit = isBehind ? wordCut(bytes, { from, limit: from + room, room, finalRoom: room }) : bytes.length;
  if (limit === from) return from;
  const view = lookAt(bytes, from, limit);
  const isFirst = from === 0;
  if (isFirst || !isBehind) {
    const text = resting && limit === bytes.length ? `${view.text} ` : view.text;
    const early = pauseEnd(view, sentenceEnds(text), isFirst ? 'first' : 'last') ?? flushEnd(view, isFirst);
    if (early !== undefined || !isBehind) return early;
  }
  return fullEnd(view, waiting);
}

/** The text from `from` to `limit`, and a little more. */
interface View {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly limit: number;
  readonly text: string;
  /** Of the text, what is before the limit. */
  readonly units: number;
}

function lookAt(bytes: Uint8Array, from: number, limit: number): View {
  const until = unitStart(bytes, limit, Math.min(bytes.length, limit + LOOK_AHEAD_BYTES));
  const within = unescapeText(bytes.subarray(from, limit));
  const text = within + unescapeText(bytes.subarray(limit, until));
  return { bytes, from, limit, text, units: within.length };
}

function placeOf({ from, text }: View, units: number): number {
  return from + escapeText(text.slice(0, units)).length;
}

/** The place behind the first or last pause that fits, with as much of its white space as does. */
function pauseEnd(view: View, pauses: Iterable<Pause>, which: 'first' | 'last'): number | undefined {
  let found: Pause | undefined;
  for (const pause of pauses) {
    if (pause.close > view.units) break;
    found = pause;
    if (which === 'first') break;
  }
  return found && placeOf(view, Math.min(found.end, view.units));
}

function fullEnd(view: View, { from, room, apart }: Waiting): number {
  const enough = apart ? FULL_ENOUGH_APART : FULL_ENOUGH;
  const sentence = pauseEnd(view, sentenceEnds(view.text), 'last');
  if (sentence !== undefined && sentence - from >= enough.sentence * room) return sentence;
  const clause = pauseEnd(view, clauseEnds(view.text), 'last');
  if (clause !== undefined && clause - from >= enough.clause * room) return clause;
  return view.limit;
}

/** The beginning of a sentence whose end has not come, once it is long: up to a clause's end or in whole words. */
function flushEnd(view: View, isFirst: boolean): number | undefined {
  const { bytes, from, limit, text, units } = view;
  const blank = text.length - text.trimStart().length;
  const flush = isFirst ? FIRST_FLUSH : LATER_FLUSH;
  if (units < Math.min(MOST_HELD, blank + flush)) return undefined;
  const settled = limit === bytes.length ? settledEnd(bytes, from) : limit;
  if (settled === from) return undefined;

  const wanted = Math.min(settled, isFirst ? placeOf(view, blank + flush) : settled);
  const shown = { ...view, units: isFirst ? Math.min(units, blank + flush) : units };
  const clause = pauseEnd(shown, clauseEnds(text), 'last') ?? from;
  if (clause <= settled && 2 * (clause - from) >= wanted - from) return clause;
  const word = lastWordEnd(bytes, from, wanted);
  return word > from ? word : nextWordEnd(bytes, from, wanted, settled);
}
