/** Text that comes in pieces, made well-formed, escaped for JSON and encoded once. Places in it are bytes. */

import { AvatarError } from '../errors';
import { escapeText } from '../protocol/encode';
import { createPieceJoiner } from '../protocol/well-formed';

export interface EscapedText {
  /** All that is known. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ended: boolean;
  /** @throws AvatarError `invalid-argument` once it has ended */
  append(text: string): void;
  end(): void;
  /** What was appended and stands behind `from`. */
  textFrom(from: number): string;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function createEscapedText(): EscapedText {
  const joiner = createPieceJoiner();
  let buffer = new Uint8Array(0);
  /** The part of `buffer` that is filled. */
  let known = buffer;
  let ended = false;

  function add(text: string): void {
    if (text === '') return;
    const more = escapeText(text);
    const start = known.length;
    const end = start + more.length;
    if (end > buffer.length) {
      // Doubling keeps many small pieces cheap; the first piece is often the only one and is taken as it is.
      const grown = start === 0 ? more : new Uint8Array(Math.max(2 * buffer.length, end));
      if (start > 0) grown.set(known);
      buffer = grown;
    }
    if (buffer !== more) buffer.set(more, start);
    known = buffer.subarray(0, end);
  }

  return {
    get bytes() {
      return known;
    },
    get ended() {
      return ended;
    },
    append(text) {
      if (ended) throw new AvatarError('invalid-argument', 'A text that has ended takes no more.');
      add(joiner.push(text));
    },
    end() {
      if (ended) return;
      add(joiner.end());
      ended = true;
    },
    textFrom: (from) => unescapeText(known.subarray(from)) + joiner.held,
  };
}

/** The text of escaped bytes that begin and end inside no escape and no code point. */
export function unescapeText(bytes: Uint8Array): string {
  const text: unknown = JSON.parse(`"${decoder.decode(bytes)}"`);
  return String(text);
}
