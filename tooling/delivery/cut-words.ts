/** Text of which no space shows where its words end: it may be cut anywhere between two characters. */
const UNSPACED =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Bopo}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Tibt}\p{ExtPict}\p{RI}\u3001-\u303f\uff01-\uff65]/u;

/**
 * The words that were cut when a text became `pieces`, of those that have at most `room` bytes inside a JSON string. A
 * word is what stands between white space. Written apart from what it judges.
 */
export function cutWords(pieces: readonly string[], room: number): string[] {
  const encoder = new TextEncoder();
  const text = pieces.join('');
  const words: string[] = [];
  let at = 0;
  for (const piece of pieces.slice(0, -1)) {
    at += piece.length;
    const before = /\S*$/u.exec(text.slice(0, at))?.[0] ?? '';
    const after = /^\S*/u.exec(text.slice(at))?.[0] ?? '';
    if (before === '' || after === '' || UNSPACED.test(before + after)) continue;
    if (encoder.encode(JSON.stringify(before + after)).length - 2 <= room) words.push(before + after);
  }
  return words;
}
