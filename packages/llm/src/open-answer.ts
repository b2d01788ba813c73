/** Every kind of source as one: something to read from, and to end. */

import { isAvatarError } from '@avatarwire/core';
import { failureOfSdk, failureOfStatus, failures } from './failures';
import { type Fields, fieldsOf, isFields } from './fields';
import type { AnswerFormat } from './unpack';

/**
 * A response of `fetch`; the stream of an SDK, such as OpenAI's; a stream or an async iterable of text, bytes or
 * chunks.
 */
export type ModelAnswer = Response | ReadableStream<unknown> | AsyncIterable<unknown>;

/**
 * An answer, or the promise of one, or what asks for one: that is called when the avatar wants the first word, and
 * its signal is aborted when nobody wants more.
 */
export type ModelSource =
  | ModelAnswer
  | PromiseLike<ModelAnswer>
  | ((options: { readonly signal: AbortSignal }) => ModelAnswer | PromiseLike<ModelAnswer>);

export interface OpenAnswer {
  /** Of what it gives, where that is text or bytes. */
  readonly format: AnswerFormat;
  read(): Promise<{ readonly done?: boolean | undefined; readonly value?: unknown }>;
  /** Ends the request. Never throws. */
  cancel(): void;
  /** What an error of `read` means. */
  failureOf(error: unknown): unknown;
  /** Somebody ended it from outside; its reason. */
  readonly ended: AbortSignal | undefined;
}

/** @throws AvatarError for a response that failed, or is no text; `invalid-argument` for what cannot be read */
export function openAnswer(source: unknown, format: AnswerFormat | undefined): OpenAnswer {
  if (isResponse(source)) return openResponse(source, format);
  if (isStream(source)) return openStream(source, format ?? 'text', (error) => error);
  if (isIterable(source)) return openIterable(source, format ?? 'text');
  throw failures.noSource();
}

function openResponse(response: Response, wanted: AnswerFormat | undefined): OpenAnswer {
  const { ok, status, headers, body } = response;
  const format = wanted ?? formatOf(headers.get('content-type'));
  if (!ok || !format) {
    body?.cancel().catch(() => {});
    throw ok ? failures.notText() : failureOfStatus(status, headers);
  }
  // Without a body, as after a 204.
  return openStream(body ?? new Blob().stream(), format, failures.broken);
}

function formatOf(contentType: string | null): AnswerFormat | undefined {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() || 'text/plain';
  if (type === 'text/event-stream') return 'events';
  if (/ndjson|jsonl|x-json-stream/.test(type)) return 'lines';
  if (/[/+]json$/.test(type)) return 'json';
  return /^text\/(?:plain|markdown)$|^application\/octet-stream$/.test(type) ? 'text' : undefined;
}

function openStream(
  stream: ReadableStream<unknown>,
  format: AnswerFormat,
  failureOf: (error: unknown) => unknown,
): OpenAnswer {
  if (stream.locked) throw failures.noSource();
  const reader = stream.getReader();
  return {
    format,
    read: () => reader.read(),
    cancel: () => void reader.cancel().catch(() => {}),
    failureOf: (error) => (isAvatarError(error) ? error : failureOf(error)),
    ended: undefined,
  };
}

function openIterable(source: AsyncIterable<unknown>, format: AnswerFormat): OpenAnswer {
  const iterator = source[Symbol.asyncIterator]();
  const controller = controllerOf(source);
  return {
    format,
    read: async () => iterator.next(),
    cancel() {
      // First: an iterator in the middle of a step would return only after it.
      controller?.abort();
      (async () => iterator.return?.())().catch(() => {});
    },
    failureOf(error) {
      if (isAvatarError(error)) return error;
      return failureOfSdk(error) ?? (controller ? failures.broken(error) : error);
    },
    ended: controller?.signal,
  };
}

/** The streams of OpenAI's and Anthropic's SDKs carry it. */
function controllerOf(source: object): AbortController | undefined {
  const { controller }: Fields = fieldsOf(source);
  return controller instanceof AbortController ? controller : undefined;
}

function isResponse(source: unknown): source is Response {
  return isFields(source) && 'body' in source && 'ok' in source && isFields(source['headers']);
}

function isStream(source: unknown): source is ReadableStream<unknown> {
  return isFields(source) && typeof source['getReader'] === 'function';
}

function isIterable(source: unknown): source is AsyncIterable<unknown> {
  return isFields(source) && Symbol.asyncIterator in source;
}
