/** What one chunk of a model's stream says, whoever's shape it has. Reasoning and calls of tools are nothing to speak. */

import { failureReported, failures } from './failures';
import { type Fields, fieldsOf, isFields, isText, textIn } from './fields';

export interface ChunkSays {
  readonly text?: string;
  /** The answer is whole after this one. */
  readonly finished?: boolean;
  readonly failure?: Error;
}

const NOTHING: ChunkSays = {};

/** @returns undefined for a shape that is not known */
export function readChunk(chunk: unknown): ChunkSays | undefined {
  if (isText(chunk)) return { text: chunk };
  if (!isFields(chunk)) return undefined;
  const { error, type, code, choices, done } = chunk;
  if (type === 'error') return { failure: failureReported(error || { code }) };
  // Events of another type may carry one as well: of a tool, of which the model hears and goes on.
  if (error && !isText(type)) return { failure: failureReported(error) };
  if (Array.isArray(choices)) return chatChunk(choices);
  if (isText(type)) return namedEvent(type, chunk);
  if (typeof done === 'boolean') return ollamaChunk(chunk, done);
  return undefined;
}

/** OpenAI's chat completions and their like: a piece of a stream, or the whole. */
function chatChunk(choices: readonly unknown[]): ChunkSays {
  const choice = fieldsOf(choices.map(fieldsOf).find(({ index = 0 }) => index === 0));
  const { content, refusal } = fieldsOf(choice['delta'] ?? choice['message']);
  const reason = choice['finish_reason'];
  return {
    // A refusal is what the model tells the visitor.
    text: contentText(content) + textIn(refusal),
    ...(reason === 'content_filter' && { failure: failures.withheld(reason) }),
    finished: isText(reason),
  };
}

/** A text, or parts of several kinds, as Mistral's reasoning models send them. */
function contentText(content: unknown): string {
  if (!Array.isArray(content)) return textIn(content);
  return content
    .map(fieldsOf)
    .map(({ type, text }) => (type === 'text' ? textIn(text) : ''))
    .join('');
}

/** Events of OpenAI's Responses API, of Anthropic's messages, and of the AI SDK's streams. */
function namedEvent(type: string, event: Fields): ChunkSays | undefined {
  switch (type) {
    case 'response.output_text.delta':
    case 'response.refusal.delta':
      return { text: textIn(event['delta']) };
    case 'response.failed':
      return { failure: failureReported(fieldsOf(event['response'])['error']) };
    case 'response.incomplete': {
      const { reason } = fieldsOf(fieldsOf(event['response'])['incomplete_details']);
      return reason === 'content_filter' ? { failure: failures.withheld(reason) } : { finished: true };
    }
    case 'content_block_delta': {
      const delta = fieldsOf(event['delta']);
      return delta['type'] === 'text_delta' ? { text: textIn(delta['text']) } : NOTHING;
    }
    case 'message_delta': {
      const reason = fieldsOf(event['delta'])['stop_reason'];
      return reason === 'refusal' ? { failure: failures.withheld(reason) } : NOTHING;
    }
    case 'text-delta':
      return { text: textIn(event['delta'] ?? event['text']) };
    case 'finish':
      return event['finishReason'] === 'content-filter'
        ? { failure: failures.withheld('content_filter') }
        : { finished: true };
    case 'abort':
      return { failure: failures.broken() };
    case 'response.completed':
    case 'message_stop':
      return { finished: true };
    default:
      return /^(?:response\.|message_|content_block_|text-|start$)/.test(type) ? NOTHING : undefined;
  }
}

/** Ollama's own API, chat and generate. */
function ollamaChunk({ message, response }: Fields, finished: boolean): ChunkSays {
  return { text: textIn(fieldsOf(message)['content']) + textIn(response), finished };
}
