/** Streams of text, as a model gives them: on the clock, and with an eye on whether anybody ends them. */

import type { Clock } from '@avatarwire/core';
import type { Deed } from './steps';

type StreamDeed = Extract<Deed, { do: 'stream' }>;

export interface TestSource {
  readonly input: AsyncIterable<string> | ReadableStream<string>;
  /** What was given of it so far. */
  readonly given: () => string;
  /** It came to its end, or was ended. */
  readonly isOver: () => boolean;
  readonly wasRead: () => boolean;
}

export const SOURCE_FAILURE = new Error('The model broke off.');

export function createTestSource(text: string, deed: StreamDeed, clock: Clock): TestSource {
  const pieces = cut(text, deed.pieces);
  let given = '';
  let next = 0;
  let over = false;
  let read = false;
  let cancelWait = () => {};
  let release: (() => void) | undefined;

  async function pull(): Promise<string | undefined> {
    read = true;
    if (deed.everyMs > 0 && !over) await wait(deed.everyMs);
    if (over) return undefined;
    const piece = pieces[next];
    next += 1;
    if (piece !== undefined) {
      given += piece;
      return piece;
    }
    if (deed.end === 'falls-silent') await wait(Infinity);
    over = true;
    if (deed.end === 'throws') throw SOURCE_FAILURE;
    return undefined;
  }

  function wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      release = resolve;
      if (ms !== Infinity) cancelWait = clock.schedule(resolve, ms);
    });
  }

  function stop(): void {
    over = true;
    cancelWait();
    release?.();
  }

  const iterable: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const value = await pull();
        return value === undefined ? { done: true, value } : { done: false, value };
      },
      async return() {
        stop();
        return { done: true, value: undefined };
      },
    }),
  };
  const readable = () =>
    new ReadableStream<string>(
      {
        async pull(controller) {
          const value = await pull();
          if (value !== undefined) controller.enqueue(value);
          else if (next > pieces.length) controller.close();
        },
        cancel: stop,
      },
      { highWaterMark: 0 },
    );
  return {
    input: deed.form === 'iterable' ? iterable : readable(),
    given: () => given,
    isOver: () => over,
    wasRead: () => read,
  };
}

/** Anywhere, also within a character. */
function cut(text: string, count: number): string[] {
  const size = Math.max(1, Math.ceil(text.length / count));
  const pieces: string[] = [];
  for (let from = 0; from < text.length; from += size) pieces.push(text.slice(from, from + size));
  return pieces;
}
