/** From what a source gives to the text of the answer, up to the end or the failure that stands in it. */

import { failureReported, failures } from './failures';
import { isText } from './fields';
import { readChunk } from './read-chunk';
import { type AnswerFormat, type Item, unpack } from './unpack';

export interface Taken {
  /** Said before the end or the failure. */
  readonly text: string;
  /** The answer is whole, although more may come. */
  readonly over?: boolean;
  readonly failure?: { readonly error: unknown };
}

export interface AnswerReading {
  /** Bytes, text, or a chunk. */
  take(value: unknown): Taken;
  /** Nothing more comes. */
  end(): Taken;
}

export interface AnswerReadingOptions {
  /** Of bytes and text. */
  readonly format: AnswerFormat;
  readonly pick: ((chunk: unknown) => string | undefined) | undefined;
  readonly maxCharacters: number;
}

export function createAnswerReading({ format, pick, maxCharacters }: AnswerReadingOptions): AnswerReading {
  const decoder = new TextDecoder();
  const unpacking = unpack(format);
  let isFirst = true;
  /** The first half of a character that two pieces share. */
  let half = '';
  let characters = 0;
  /** Chunks of a known shape, which say when the answer is whole. */
  let known = false;
  let unknown = false;
  let finished = false;
  let text = '';

  function itemsOf(value: unknown): readonly Item[] | undefined {
    const bytes = bytesOf(value);
    const piece = bytes ? decoder.decode(bytes, { stream: true }) : value;
    return isText(piece) ? unpacking.feed(withoutMark(piece)) : undefined;
  }

  /** Of texts; in bytes the decoder drops it. */
  function withoutMark(piece: string): string {
    if (!isFirst || piece === '') return piece;
    isFirst = false;
    return piece.replace(/^\uFEFF/, '');
  }

  function add(piece: string): void {
    characters += piece.length;
    if (characters > maxCharacters) throw failures.oversize(`${maxCharacters} characters (maxCharacters)`);
    text += piece;
  }

  /** @returns whether the answer is whole */
  function unpacked(item: Item): boolean {
    if (item.type === 'text') {
      add(item.text);
      return false;
    }
    if (item.data.trim() === '[DONE]') {
      finished = true;
      return true;
    }
    const chunk = parsed(item.data);
    if (item.event === 'error') throw (chunk && readChunk(chunk)?.failure) ?? failureReported(chunk);
    if (chunk === undefined && !pick) throw failures.malformed();
    chunkCame(chunk ?? item.data);
    return false;
  }

  function chunkCame(chunk: unknown): void {
    const says = readChunk(chunk);
    if (says) known ||= !isText(chunk);
    else unknown = true;
    add(pick?.(chunk) ?? says?.text ?? '');
    finished ||= says?.finished === true;
    if (says?.failure) throw says.failure;
  }

  function checkEnd(): void {
    if (finished || format === 'json') return requireShape();
    if (known || (format === 'events' && !unknown)) throw failures.broken();
    requireShape();
  }

  function requireShape(): void {
    if (unknown && !known && !pick) throw failures.unknownShape();
  }

  function taking(work: () => boolean | void): Taken {
    let over = false;
    let failure: Taken['failure'];
    try {
      over = work() === true;
    } catch (error) {
      failure = { error };
    }
    const all = half + text;
    text = '';
    const isOver = over || failure !== undefined;
    half = isOver ? '' : (/[\uD800-\uDBFF]$/.exec(all)?.[0] ?? '');
    return {
      text: all.slice(0, all.length - half.length),
      ...(over && { over }),
      ...(failure && { failure }),
    };
  }

  return {
    take: (value) =>
      taking(() => {
        const items = itemsOf(value);
        if (!items) return chunkCame(value);
        return items.some(unpacked);
      }),
    end: () =>
      taking(() => {
        const rest = [...unpacking.feed(decoder.decode()), ...unpacking.end()];
        if (!rest.some(unpacked)) checkEnd();
        return true;
      }),
  };
}

function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : undefined;
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
