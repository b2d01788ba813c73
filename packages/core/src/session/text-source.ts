/** Reads a stream of text as its other end gives it, no faster than it is said, and ends it when nobody listens. */

import type { Clock } from '../clock';
import type { TextInput } from './session-types';

export type SourceEnding =
  | { readonly type: 'ended' }
  | { readonly type: 'stalled' }
  | { readonly type: 'failed'; readonly error: unknown };

export interface TextSource {
  /** Ends the source (`return()` or `cancel()`); nothing is called afterwards. */
  stop(): void;
  /** Room has come up: reading goes on. */
  pull(): void;
}

export interface TextSourceOptions {
  readonly clock: Clock;
  /** Silence after which the source counts as ended. */
  readonly stalledMs: number;
  /** Whether to wait before reading on: enough text waits already. */
  readonly isFull: () => boolean;
  readonly onText: (piece: string) => void;
  /** Nothing came for {@link REST_MS}. */
  readonly onRest: () => void;
  readonly onEnd: (ending: SourceEnding) => void;
}

/**
 * Longer than a model takes for a word while it writes, shorter than what a visitor takes for silence: after it a model
 * is at something else, such as a tool.
 */
const REST_MS = 500;

interface Reader {
  read(): Promise<{ readonly done?: boolean | undefined; readonly value?: unknown }>;
  cancel(): Promise<unknown>;
}

export function readTextSource(
  source: AsyncIterable<string> | ReadableStream<string>,
  options: TextSourceOptions,
): TextSource {
  const { clock, stalledMs, isFull, onText, onRest, onEnd } = options;
  let reader: Reader | undefined;
  let running = true;
  let reading = false;

  function stop(): void {
    if (!running) return;
    running = false;
    reader?.cancel().catch(() => {});
  }

  function end(ending: SourceEnding): void {
    if (!running) return;
    if (ending.type === 'stalled') stop();
    running = false;
    onEnd(ending);
  }

  async function readOn(): Promise<void> {
    if (reading || !running) return;
    reading = true;
    try {
      reader ??= readerOf(source);
      while (running && !isFull()) {
        const cancelStall = clock.schedule(() => end({ type: 'stalled' }), stalledMs);
        const cancelRest = clock.schedule(() => running && onRest(), REST_MS);
        const { done, value } = await reader.read().finally(() => {
          cancelStall();
          cancelRest();
        });
        if (!running) return;
        if (done) return end({ type: 'ended' });
        if (typeof value !== 'string') throw new TypeError('A stream of text must give strings.');
        onText(value);
      }
    } catch (error) {
      if (running) reader?.cancel().catch(() => {});
      end({ type: 'failed', error });
    } finally {
      reading = false;
    }
  }

  void readOn();
  return { stop, pull: () => void readOn() };
}

/** Ends what nobody will read: a model may be at work behind it. */
export async function discardTextSource(source: TextInput): Promise<void> {
  if (typeof source === 'string') return;
  try {
    await readerOf(source).cancel();
  } catch {
    // It has ended, or somebody else reads it.
  }
}

/** A stream's own reader where there is one: not every browser can iterate over a stream. */
function readerOf(source: AsyncIterable<string> | ReadableStream<string>): Reader {
  if ('getReader' in source) {
    const reader = source.getReader();
    return { read: () => reader.read(), cancel: () => reader.cancel() };
  }
  const iterator = source[Symbol.asyncIterator]();
  return { read: async () => iterator.next(), cancel: async () => iterator.return?.() };
}
