/** Sources that a test feeds, and that remember how they ended. */

import { expect } from 'vitest';
import type { textOf } from '../../src';

/** For the slowest of machines. */
export const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 15_000 });

export const EVENTS = { 'content-type': 'text/event-stream; charset=utf-8' };
export const DONE = 'data: [DONE]\n\n';

export function chat(delta: object, finish: string | null = null): object {
  return { object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] };
}

export function said(content: string): string {
  return event(chat({ content }));
}

export const STOP = event(chat({}, 'stop'));

export function event(data: unknown, name?: string): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
}

export interface Fed<T> {
  readonly stream: ReadableStream<T>;
  /** Pieces that were asked for. */
  readonly pulled: number;
  readonly cancelled: boolean;
  push(piece: T): void;
  end(): void;
  fail(error: unknown): void;
}

export function fed<T>(): Fed<T> {
  let controller: ReadableStreamDefaultController<T>;
  let pulled = 0;
  let cancelled = false;
  const stream = new ReadableStream<T>(
    {
      start(given) {
        controller = given;
      },
      pull() {
        pulled += 1;
      },
      cancel() {
        cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return {
    stream,
    get pulled() {
      return pulled;
    },
    get cancelled() {
      return cancelled;
    },
    push: (piece) => controller.enqueue(piece),
    end: () => controller.close(),
    fail: (error) => controller.error(error),
  };
}

/** A stream of these, which is then at its end. */
export function streamOf<T>(...pieces: readonly T[]): ReadableStream<T> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
}

export async function* each<T>(...pieces: readonly T[]): AsyncGenerator<T, void, undefined> {
  yield* pieces;
}

/** A response whose body comes in exactly these chunks. */
export function responseOf(
  chunks: readonly (string | Uint8Array)[],
  headers: HeadersInit = EVENTS,
): Response {
  const encoder = new TextEncoder();
  const bytes = chunks.map((chunk) => (typeof chunk === 'string' ? encoder.encode(chunk) : chunk));
  return new Response(streamOf(...bytes), { headers });
}

export interface Read {
  readonly pieces: readonly string[];
  readonly text: string;
  /** What reading ended with, unless it came to its end. */
  readonly error?: unknown;
}

export async function read(source: ReturnType<typeof textOf>): Promise<Read> {
  const pieces: string[] = [];
  try {
    for await (const piece of source) pieces.push(piece);
  } catch (error) {
    return { pieces, text: pieces.join(''), error };
  }
  return { pieces, text: pieces.join('') };
}

/** An error with everything that hangs on it, as text. */
export function shown(value: unknown): string {
  if (value instanceof Error) {
    const own = Object.getOwnPropertyNames(value).map((name) => shown(Reflect.get(value, name)));
    return `${value.name} ${own.join(' ')}`;
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
