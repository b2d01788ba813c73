/** Answers to first questions that many ask. */

import type { Clock } from '@avatarwire/core';
import type { CheckedModel } from './check-options';
import type { Piece } from './piece';
import type { ConversationMessage } from './read-conversation';
import type { Transcript } from './transcript';

const MAX_QUESTION_CHARACTERS = 512;
const MAX_ANSWER_CHARACTERS = 16_384;

export interface AnswerCache {
  find(messages: readonly ConversationMessage[]): string | undefined;
  /** `transcript` is of an answer that came to its end. Keeps only what may be given to others. */
  keep(messages: readonly ConversationMessage[], transcript: Transcript): void;
}

const NONE: AnswerCache = { find: () => undefined, keep: () => {} };

export function createAnswerCache(options: CheckedModel['cache'], clock: Clock): AnswerCache {
  if (!options) return NONE;
  const { entries, ttlMs } = options;
  // In the order of their last use.
  const kept = new Map<string, { readonly text: string; readonly until: number }>();

  return {
    find(messages) {
      const key = keyOf(messages);
      const answer = key === undefined ? undefined : kept.get(key);
      if (key === undefined || !answer) return undefined;
      kept.delete(key);
      if (answer.until <= clock.now()) return undefined;
      kept.set(key, answer);
      return answer.text;
    },
    keep(messages, { text, toolCalls, finishReason }) {
      const key = keyOf(messages);
      if (key === undefined || finishReason !== 'stop' || toolCalls.length > 0) return;
      if (text === '' || text.length > MAX_ANSWER_CHARACTERS) return;
      kept.delete(key);
      kept.set(key, { text, until: clock.now() + ttlMs });
      const [oldest] = kept.keys();
      if (kept.size > entries && oldest !== undefined) kept.delete(oldest);
    },
  };
}

function keyOf(messages: readonly ConversationMessage[]): string | undefined {
  const [first, second] = messages;
  if (second !== undefined || first?.role !== 'user') return undefined;
  const question = first.content.trim().toLowerCase();
  return question.length > MAX_QUESTION_CHARACTERS ? undefined : question;
}

const FREE = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

/** As the model would have sent it: word by word, and what it cost. */
export async function* piecesOf(text: string): AsyncGenerator<Piece, void, undefined> {
  yield { delta: { role: 'assistant', content: '' } };
  for (const content of text.match(/\s+|\S+\s*/gu) ?? [text]) yield { delta: { content } };
  yield { finishReason: 'stop' };
  yield { usage: FREE };
}
