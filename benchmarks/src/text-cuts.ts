/** What was cut when a text became pieces. Written apart from what it judges: by the host's own segmenter. */

export interface Cuts {
  readonly cuts: number;
  /** Pieces that begin or end with half a surrogate pair. */
  readonly halves: number;
  /** Cuts inside a grapheme cluster that would have fitted a packet whole. */
  readonly avoidable: number;
}

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
const encoder = new TextEncoder();

/** @param room bytes of text, as they stand inside a JSON string, that a packet holds */
export function countCuts(pieces: readonly string[], room: number): Cuts {
  const clusters = segmenter.segment(pieces.join(''));
  let at = 0;
  let avoidable = 0;
  for (const piece of pieces.slice(0, -1)) {
    at += piece.length;
    const cluster = clusters.containing(at);
    if (cluster === undefined || cluster.index === at) continue;
    if (encoder.encode(JSON.stringify(cluster.segment)).length - 2 <= room) avoidable += 1;
  }
  const halves = pieces.filter((piece) => /^[\udc00-\udfff]|[\ud800-\udbff]$/.test(piece)).length;
  return { cuts: pieces.length - 1, halves, avoidable };
}
