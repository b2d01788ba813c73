/** The text of a model's answer, as it comes and no faster than it is asked for. */

import { type Clock, systemClock } from '@avatarwire/core';
import { failureOfSdk } from './failures';
import { isFields } from './fields';
import { type ModelSource, type OpenAnswer, openAnswer } from './open-answer';
import { type AnswerReading, createAnswerReading } from './read-answer';
import type { AnswerFormat } from './unpack';

export interface TextOfOptions {
  /**
   * The text of one chunk, for other shapes than those known here, or to hear of calls of tools and of usage on the
   * way: `''` where there is nothing to say, undefined to leave it to `textOf`.
   */
  readonly pick?: (chunk: unknown) => string | undefined;
  /**
   * How to read text and bytes: as it is, as server-sent events, as lines of JSON, or as one JSON value.
   * @default by a response's content-type; of anything else as it is
   */
  readonly format?: AnswerFormat;
  /** Ends the request; reading rejects with `signal.reason`. */
  readonly signal?: AbortSignal;
  /** Of the whole answer: a longer one is ended, and fails. @default 100000, more than an hour of speech */
  readonly maxCharacters?: number;
  /** @default the machine's */
  readonly clock?: Clock;
}

const DEFAULT_MAX_CHARACTERS = 100_000;
/** The end follows close upon `[DONE]`, and a connection whose answer was read to its end can be used again. */
const END_MS = 200;

/**
 * Reads the text out of a model's answer, to be given to `session.speak`. It knows the chunks of OpenAI's chat
 * completions and Responses API, of Anthropic, of the AI SDK, of Ollama, and of all that resemble them. Reasoning and
 * calls of tools are left out; a refusal is spoken.
 *
 * It reads when it is asked for more, and once. `return()` ends the request at the model at once: an interrupt, an
 * abort and the end of the session do so through `speak`.
 *
 * Text that came before a failure is given first; then reading rejects with an `AvatarError`, in which nothing stands
 * that the server wrote but its status or code (`serviceCode`):
 *
 * - `network`: the connection broke off, the answer ended before it was whole, or the model failed
 * - `service-busy`: status 429, with `retryAfterMs` where the response says so
 * - `service-refused`: another refusal; an answer that a filter cut short (`content_filter`, `refusal`), that is longer
 *   than `maxCharacters`, or that is no text
 * - `invalid-argument`: no source, or chunks of a shape that is not known here
 *
 * What the application's own iterable throws comes through as it is. An answer that ends at the model's limit of
 * tokens is whole.
 */
export function textOf(
  source: ModelSource,
  { pick, format, signal, maxCharacters = DEFAULT_MAX_CHARACTERS, clock = systemClock }: TextOfOptions = {},
): AsyncIterableIterator<string, undefined> {
  const asking = new AbortController();
  let opening: Promise<OpenAnswer> | undefined;
  let reading: AnswerReading | undefined;
  let failure: { readonly error: unknown } | undefined;
  let over = false;
  let stopWaiting = () => {};

  if (isPromise(source)) source.then(undefined, () => {});
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();

  function onAbort(): void {
    failure = { error: signal?.reason };
    giveUp();
  }

  async function open(): Promise<OpenAnswer> {
    try {
      return openAnswer(
        await (typeof source === 'function' ? source({ signal: asking.signal }) : source),
        format,
      );
    } catch (error) {
      throw failureOfSdk(error) ?? error;
    }
  }

  /** The request ends, and whoever waits for its text waits no longer. */
  function giveUp(): void {
    settle();
    asking.abort();
    if (typeof source !== 'function') opening ??= open();
    opening?.then(
      ({ cancel }) => cancel(),
      () => {},
    );
    stopWaiting();
  }

  function settle(): void {
    over = true;
    signal?.removeEventListener('abort', onAbort);
  }

  /** The answer is whole. What may be left of its response is only its end; one that goes on is ended. */
  function finish({ read, cancel }: OpenAnswer): void {
    settle();
    const stop = clock.schedule(cancel, END_MS);
    read().then(({ done }) => {
      stop();
      if (!done) cancel();
    }, stop);
  }

  /** What `promise` brings, or undefined when nobody waits for it any more. */
  function unlessOver<T>(promise: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      stopWaiting = () => resolve(undefined);
      promise.then(resolve, reject);
      if (over) stopWaiting();
    });
  }

  /** The next text, or undefined at the end. */
  async function nextText(): Promise<string | undefined> {
    opening ??= open();
    const answer = await unlessOver(opening);
    if (!answer) return undefined;
    reading ??= createAnswerReading({ format: answer.format, pick, maxCharacters });
    while (!over) {
      const step = await unlessOver(answer.read().catch((error) => Promise.reject(answer.failureOf(error))));
      if (!step || over) return undefined;
      answer.ended?.throwIfAborted();
      const taken = step.done ? reading.end() : reading.take(step.value);
      if (taken.failure) {
        failure = taken.failure;
        giveUp();
      } else if (step.done) settle();
      else if (taken.over) finish(answer);
      if (taken.text !== '') return taken.text;
    }
    return undefined;
  }

  async function step(): Promise<IteratorResult<string, undefined>> {
    let text: string | undefined;
    if (!over) {
      try {
        text = await nextText();
      } catch (error) {
        failure ??= { error };
        giveUp();
      }
    }
    if (text !== undefined) return { done: false, value: text };
    const failed = failure;
    failure = undefined;
    if (failed) throw failed.error;
    return { done: true, value: undefined };
  }

  let last: Promise<unknown> = Promise.resolve();
  const iterator: AsyncIterableIterator<string, undefined> = {
    [Symbol.asyncIterator]: () => iterator,
    next() {
      const following = last.then(step, step);
      last = following;
      return following;
    },
    async return() {
      if (!over) giveUp();
      failure = undefined;
      return { done: true, value: undefined };
    },
  };
  return iterator;
}

function isPromise(source: ModelSource): source is PromiseLike<never> {
  return isFields(source) && 'then' in source;
}
