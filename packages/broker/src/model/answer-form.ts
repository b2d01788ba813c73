/** What a page gets: OpenAI's form, built anew from what is known, so that nothing else of a server's answer is in it. */

import { Refusal } from '../refusal';
import type { Piece, Usage } from './piece';
import type { Transcript } from './transcript';

export const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Else a proxy such as nginx keeps the pieces until the answer is whole.
  'x-accel-buffering': 'no',
};

export const DONE_FRAME = 'data: [DONE]\n\n';

export interface AnswerForm {
  frame(piece: Piece): string;
  whole(transcript: Transcript): object;
}

export function createAnswerForm(head: {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}): AnswerForm {
  const chunk = (choices: readonly object[], usage: Usage | undefined) =>
    `data: ${JSON.stringify({
      id: head.id,
      object: 'chat.completion.chunk',
      created: head.created,
      model: head.model,
      choices,
      ...(usage && { usage }),
    })}\n\n`;

  return {
    frame({ delta = {}, finishReason, usage }) {
      if (Object.keys(delta).length === 0 && finishReason === undefined) return chunk([], usage);
      return chunk([{ index: 0, delta, finish_reason: finishReason ?? null }], usage);
    },
    whole({ text, toolCalls, finishReason = 'stop', usage }) {
      const called = toolCalls.length > 0;
      const message = {
        role: 'assistant',
        content: called && text === '' ? null : text,
        ...(called && { tool_calls: toolCalls }),
      };
      return {
        id: head.id,
        object: 'chat.completion',
        created: head.created,
        model: head.model,
        choices: [{ index: 0, message, finish_reason: finishReason }],
        ...(usage && { usage }),
      };
    },
  };
}

/** For what goes wrong after the status was sent. */
export function errorFrame(error: unknown): string {
  const { code, message } =
    error instanceof Refusal ? error : { code: 'network', message: 'The answer broke off.' };
  return `event: error\ndata: ${JSON.stringify({ error: { code, message } })}\n\n`;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Tells answers apart, no more. */
export function answerId(random: () => number): string {
  const letters = Array.from({ length: 24 }, () => LETTERS[Math.floor(random() * LETTERS.length)]);
  return `chatcmpl-${letters.join('')}`;
}
