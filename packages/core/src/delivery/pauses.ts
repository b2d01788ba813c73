/**
 * Where a speaker pauses. A sentence ends
 * - at `.` `!` `?` `…` (with closing quotes and brackets) before white space, but not after a known abbreviation, a
 *   single letter (`e.g.`, `J. S. Bach`) or a number that begins a line (`1. First`);
 * - at the full stops of scripts that need no space after them: `。` `！` `？` `؟` `۔` `।` `॥` and their like;
 * - at the end of a line.
 *
 * A clause ends at a comma, a semicolon, a colon or a dash before white space, and at those of scripts that need none.
 */

/** In UTF-16 units: behind the sign, and behind the white space that follows it. */
export interface Pause {
  readonly close: number;
  readonly end: number;
}

/** What closes a sentence, and the white space behind it. */
const SENTENCE_END =
  /([.!?…]+["'”’»›)\]}*_]*(?=\s)|[。｡．！？؟۔।॥։።៕။‼⁇⁈⁉]+["'”’」』）】》〉)\]]*|(?=\n))\s*/gu;
const CLAUSE_END = /((?:[,;:]["'”’»›)\]}*_]*|[—–])(?=\s)|[、，；：،؛]["'”’」』）】》〉)\]]*)\s*/gu;

/** Before a full stop that ends no sentence. */
const ABBREVIATION =
  /(?:^|[\s(["'“‘])(?:(?:\p{L}\.)*\p{L}|Dr|Mr|Mrs|Ms|Mx|Prof|Rev|Gen|Sen|Rep|St|Jr|Sr|vs|Nr|Fig|approx|bzw|ca|Mme|Sra?)$/u;
/** No more is looked at, so that a text of nothing but abbreviations costs no more than another. */
const LONGEST_ABBREVIATION = 24;
const LINE_NUMBER = /(?:^|\n)\s*\d+$/u;

/** The ends of the sentences of `text`; blank text is none. */
export function* sentenceEnds(text: string): Generator<Pause> {
  let start = 0;
  for (const pause of pausesAt(SENTENCE_END, text)) {
    const { index, sign, end } = pause;
    const before = text.slice(start, index);
    if (sign === '' && !/\S/.test(before)) continue;
    if (sign.startsWith('.') && endsNoSentence(before.slice(-LONGEST_ABBREVIATION), text.slice(index, end)))
      continue;
    start = end;
    yield pause;
  }
}

export function clauseEnds(text: string): Iterable<Pause> {
  return pausesAt(CLAUSE_END, text);
}

function* pausesAt(
  signs: RegExp,
  text: string,
): Generator<Pause & { readonly index: number; readonly sign: string }> {
  for (const match of text.matchAll(signs)) {
    const { index, 0: whole, 1: sign = '' } = match;
    yield { index, sign, close: index + sign.length, end: index + whole.length };
  }
}

function endsNoSentence(before: string, stop: string): boolean {
  return (
    !stop.startsWith('..') && !stop.includes('\n') && (ABBREVIATION.test(before) || LINE_NUMBER.test(before))
  );
}
