/** Arbitrary texts, with everything in them that is hard to cut. */

import fc from 'fast-check';

const HARD = [
  '"',
  '\\',
  '\\u',
  '\\\\"',
  '\n',
  '\r\n',
  '\u0000',
  '\u001f',
  '\u2028',
  '\ufeff',
  'é',
  'e\u0301',
  '中文',
  '각',
  '\u1100\u1161\u11a8',
  'क्षि',
  'க்ஷ',
  'กำ',
  '\u0600١',
  '😀',
  '👍🏽',
  '👩‍👩‍👧‍👦',
  '👩🏽‍🚀',
  '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  '🇩🇪',
  '🇩',
  '❤️',
  '1️⃣',
  '\u200d',
  '\ud83d',
  '\udc69',
  'a\u0301\u0302\u0303',
];

/** Any UTF-16, lone surrogates included. */
export const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...HARD),
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.string({ maxLength: 40 }),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    ),
    { maxLength: 120 },
  )
  .map((pieces) => pieces.join(''));

export const anyPacketSize = fc.oneof(
  fc.integer({ min: 128, max: 400 }),
  fc.integer({ min: 128, max: 16_384 }),
);

/** `text` in up to five pieces, cut anywhere. */
export const inPieces = (text: string): fc.Arbitrary<string[]> =>
  fc.array(fc.nat(text.length), { maxLength: 4 }).map((places) => {
    const cuts = [0, ...[...places].sort((a, b) => a - b), text.length];
    return cuts.slice(1).map((cut, at) => text.slice(cuts[at], cut));
  });

/** What arrives of `text`: a receiver cannot be sent half a character. */
export const said = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');
