/** From the bytes of a stream of server-sent events to the pieces of an answer. */

import type { Clock } from '@avatarwire/core';
import { createParser } from 'eventsource-parser';
import { failures } from './failures';
import type { Patience } from './patience';
import { type Piece, readPiece, reportsFailure } from './piece';
import { unlessAborted } from './waiting';

const MAX_EVENT_CHARACTERS = 131_072;
/** A connection whose answer was read to its end can be used again, and the end follows close upon `[DONE]`. */
const END_MS = 200;

export interface ReadingParts {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly patience: Patience;
  readonly silenceMs: number;
  readonly maxBytes: number;
}

interface Event {
  readonly name: string | undefined;
  readonly data: string;
}

/** Ends when the answer was whole. Whatever happens, nothing of the response stays open. */
export async function* readPieces(
  response: Response,
  { clock, signal, patience, silenceMs, maxBytes }: ReadingParts,
): AsyncGenerator<Piece, void, undefined> {
  if (!response.body || !/^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')) {
    discard(response);
    throw failures.malformed();
  }
  const reader = response.body.getReader();
  const giveUp = () => void reader.cancel().catch(() => {});
  signal.addEventListener('abort', giveUp, { once: true });
  const read = () =>
    unlessAborted(reader.read(), signal).catch((error: unknown) => {
      if (signal.aborted) throw signal.reason;
      throw failures.broken(error);
    });
  const ended = () => {
    const cancel = clock.schedule(giveUp, END_MS);
    return read().then(cancel, cancel);
  };
  const events = createEvents();
  let bytes = 0;
  let finished = false;
  try {
    for (let part = await read(); !part.done; part = await read()) {
      if (bytes === 0) patience.within(silenceMs, failures.silent);
      bytes += part.value.byteLength;
      for (const { name, data } of events.from(part.value)) {
        if (data === '[DONE]') {
          patience.rest();
          await ended();
          return;
        }
        const piece = pieceOf(name, data);
        finished ||= piece.finishReason !== undefined;
        patience.rest();
        yield piece;
        patience.within(silenceMs, failures.silent);
      }
      if (bytes > maxBytes || events.overflown) throw failures.oversize();
    }
    // Not every server says [DONE].
    if (!finished) throw failures.broken();
  } finally {
    patience.rest();
    signal.removeEventListener('abort', giveUp);
    giveUp();
  }
}

export function discard(response: Response): void {
  void response.body?.cancel().catch(() => {});
}

function pieceOf(name: string | undefined, data: string): Piece {
  if (data.length > MAX_EVENT_CHARACTERS) throw failures.oversize();
  if (name === 'error' || reportsFailure(data)) throw failures.reported();
  const piece = readPiece(data);
  if (!piece) throw failures.malformed();
  return piece;
}

function createEvents() {
  const decoder = new TextDecoder();
  let ready: Event[] = [];
  let overflown = false;
  const parser = createParser({
    maxBufferSize: MAX_EVENT_CHARACTERS,
    onEvent: ({ event, data }) => ready.push({ name: event, data }),
    onError({ type }) {
      overflown ||= type === 'max-buffer-size-exceeded';
    },
  });
  return {
    from(chunk: Uint8Array): readonly Event[] {
      parser.feed(decoder.decode(chunk, { stream: true }));
      const found = ready;
      ready = [];
      return found;
    },
    get overflown() {
      return overflown;
    },
  };
}
