/** A model that gives one sentence and then thinks, as each kind of source that `speak` takes. */

import { textOf } from '@avatarwire/llm';

export interface ThinkingModel {
  readonly source: AsyncIterable<string> | ReadableStream<string>;
  /** When it had given the last piece of its first sentence, on `performance.now()`. */
  readonly spokeAt: number;
  /** When its request was ended; `Infinity` while it is not. */
  readonly endedAt: number;
}

/** The white space at its end says that the sentence is one. */
const PIECES = ['Nobody', ' likes', ' to', ' wait', ' for', ' a', ' mach', 'ine', '.', ' That'];

type Times = { spokeAt: number; endedAt: number };

export const modelSources: Readonly<Record<string, () => ThinkingModel>> = {
  'an async iterable': () => {
    const times = newTimes();
    let given = 0;
    const iterator: AsyncIterator<string> = {
      async next() {
        const value = PIECES[given++];
        if (value === undefined) return new Promise(() => {});
        times.spokeAt = performance.now();
        return { value };
      },
      async return() {
        times.endedAt = performance.now();
        return { done: true, value: undefined };
      },
    };
    return model({ [Symbol.asyncIterator]: () => iterator }, times);
  },

  'a ReadableStream': () => {
    const times = newTimes();
    return model(streamOf(PIECES, times), times);
  },

  'textOf(a response of server-sent events)': () => {
    const times = newTimes();
    const encoder = new TextEncoder();
    const events = PIECES.map(
      (content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`,
    );
    const body = streamOf(
      events.map((event) => encoder.encode(event)),
      times,
    );
    const headers = { 'content-type': 'text/event-stream' };
    return model(textOf(new Response(body, { headers })), times);
  },
};

const newTimes = (): Times => ({ spokeAt: 0, endedAt: Infinity });

/** Gives a piece when it is asked for one, as a network does. */
function streamOf<T>(pieces: readonly T[], times: Times): ReadableStream<T> {
  let given = 0;
  return new ReadableStream<T>(
    {
      async pull(controller) {
        const piece = pieces[given++];
        if (piece === undefined) await new Promise(() => {});
        else {
          times.spokeAt = performance.now();
          controller.enqueue(piece);
        }
      },
      cancel() {
        times.endedAt = performance.now();
      },
    },
    { highWaterMark: 0 },
  );
}

function model(source: ThinkingModel['source'], times: Times): ThinkingModel {
  return {
    source,
    get spokeAt() {
      return times.spokeAt;
    },
    get endedAt() {
      return times.endedAt;
    },
  };
}
