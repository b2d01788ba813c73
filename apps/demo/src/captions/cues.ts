/** Text as it is shown below a picture: a line or two at a time, for about as long as it takes to say. */

/** As much as two lines hold. Letters that are wide count double. */
const LONGEST = 76;
const WIDE = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}]/u;

/**
 * Cut after sentences where that fits, else after words. What comes later changes no cue but the last, so that a text
 * can grow.
 */
export function cuesOf(text: string): readonly string[] {
  return text.split(/(?<=[.!?…][”"’')\]]?)\s+|(?<=[。！？])|\n+/u).flatMap(piecesOf);
}

function piecesOf(sentence: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const word of sentence.trim().split(/(?<=\s)|(?<=[、，])/u)) {
    if (piece !== '' && widthOf(piece + word.trimEnd()) > LONGEST) {
      pieces.push(piece.trim());
      piece = '';
    }
    piece += word;
    while (widthOf(piece.trimEnd()) > LONGEST) {
      const fits = fittingLength(piece);
      pieces.push(piece.slice(0, fits).trim());
      piece = piece.slice(fits);
    }
  }
  return [...pieces, piece.trim()].filter((each) => each !== '');
}

function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += WIDE.test(letter) ? 2 : 1;
  return width;
}

/** Of a word that is longer than two lines. */
function fittingLength(text: string): number {
  let length = 0;
  let width = 0;
  for (const letter of text) {
    width += WIDE.test(letter) ? 2 : 1;
    if (width > LONGEST) break;
    length += letter.length;
  }
  return length;
}

/**
 * How long a cue stays, in milliseconds. No service says which word it is at, so this goes by the pace of a voice: 16
 * letters a second, and 5 of those that are syllables.
 */
export function durationOf(cue: string, speed: number): number {
  let ms = 0;
  for (const letter of cue) ms += WIDE.test(letter) ? 190 : 62;
  return Math.max(700, ms) / speed;
}
