/** What an answer has come to so far. */

import type { FinishReason, Piece, Usage } from './piece';

export interface ToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

export interface Transcript {
  add(piece: Piece): void;
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason | undefined;
  /** The last that was counted. */
  readonly usage: Usage | undefined;
  /** At least so many tokens, if nobody counts: a token is seldom more than a piece, and seldom less than three bytes. */
  readonly estimatedTokens: number;
}

export function createTranscript(): Transcript {
  const parts: string[] = [];
  const calls = new Map<number, { id: string; name: string; arguments: string }>();
  let finishReason: FinishReason | undefined;
  let usage: Usage | undefined;
  let pieces = 0;
  let bytes = 0;

  return {
    add({ delta, ...piece }) {
      pieces += 1;
      finishReason = piece.finishReason ?? finishReason;
      usage = piece.usage ?? usage;
      if (delta?.content) {
        parts.push(delta.content);
        bytes += byteLength(delta.content);
      }
      for (const { index, id, function: called } of delta?.tool_calls ?? []) {
        const call = calls.get(index) ?? { id: '', name: '', arguments: '' };
        calls.set(index, call);
        call.id ||= id ?? '';
        call.name ||= called?.name ?? '';
        call.arguments += called?.arguments ?? '';
        bytes += byteLength(called?.arguments ?? '');
      }
    },
    get text() {
      return parts.join('');
    },
    get toolCalls() {
      return [...calls.values()].map(
        (call): ToolCall => ({
          id: call.id,
          type: 'function',
          function: { name: call.name, arguments: call.arguments },
        }),
      );
    },
    get finishReason() {
      return finishReason;
    },
    get usage() {
      return usage;
    },
    get estimatedTokens() {
      return Math.max(pieces, tokensOfBytes(bytes));
    },
  };
}

const encoder = new TextEncoder();

export function byteLength(text: string): number {
  return encoder.encode(text).byteLength;
}

/** Bytes and not characters: an ideograph is about one token, and three bytes. */
export function tokensOfBytes(bytes: number): number {
  return Math.ceil(bytes / 3);
}
