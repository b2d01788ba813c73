/** Half characters: a surrogate without its other half, which JSON parsers refuse and UTF-8 cannot hold. */

const REPLACEMENT = '\ufffd';

/** `text` with U+FFFD in place of every lone surrogate. */
export function wellFormed(text: string): string {
  // Not in every browser that we support; where it is, it looks at plain text for almost nothing.
  const modern = text as string & { toWellFormed?(): string };
  return modern.toWellFormed?.() ?? text.replace(/\p{Surrogate}/gu, REPLACEMENT);
}

/** Makes text well-formed that comes in pieces, where a piece may end between the two halves of a character. */
export interface PieceJoiner {
  /** The first half of a character whose second half may still come; else empty. */
  readonly held: string;
  /** What of all text so far can be said for certain and was not returned before. */
  push(piece: string): string;
  /** What was held back, replaced, since nothing follows. */
  end(): string;
}

export function createPieceJoiner(): PieceJoiner {
  let held = '';
  return {
    get held() {
      return held;
    },
    push(piece) {
      if (piece === '') return '';
      const text = held === '' ? piece : held + piece;
      const last = text.charCodeAt(text.length - 1);
      held = last >= 0xd800 && last <= 0xdbff ? text.slice(-1) : '';
      return wellFormed(held === '' ? text : text.slice(0, -1));
    },
    end() {
      const rest = held === '' ? '' : REPLACEMENT;
      held = '';
      return rest;
    },
  };
}
