/** One request to the model, read piece by piece. */

import type { Clock } from '@avatarwire/core';
import { redactError } from '@avatarwire/core/adapter';
import type { CheckedModel } from './check-options';
import { failureOf, failures } from './failures';
import { createPatience } from './patience';
import type { Piece } from './piece';
import type { ConversationMessage } from './read-conversation';
import { discard, readPieces } from './read-pieces';
import { unlessAborted } from './waiting';

/** What one answer may have cost, over all requests that were made for it. */
export interface Bill {
  /** Requests of which the model may have read the prompt. */
  prompts: number;
}

export interface Upstream {
  /**
   * The pieces of one answer; reads on only when asked for more. It fails with a Refusal, or a Transient one, or the
   * reason with which `ending` was aborted; it aborts `ending` itself when the model is too slow.
   */
  ask(
    messages: readonly ConversationMessage[],
    ending: AbortController,
    bill: Bill,
  ): AsyncGenerator<Piece, void, undefined>;
  /** Of all that is sent with a conversation, as the model reads it. */
  readonly preamble: string;
}

export function createUpstream(model: CheckedModel, clock: Clock): Upstream {
  const { timeoutMs, silenceMs } = model;
  // Looked up at each call: tests and instrumentation replace the global one later.
  const send: typeof fetch = model.fetch ?? ((...request) => globalThis.fetch(...request));

  async function respond(
    messages: readonly ConversationMessage[],
    signal: AbortSignal,
    bill: Bill,
  ): Promise<Response> {
    bill.prompts += 1;
    const sending = send(`${model.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${model.apiKey}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(bodyOf(model, messages)),
      // A redirect would take the key along, to whatever host it names.
      redirect: 'manual',
      signal,
    });
    const response = await unlessAborted(sending, signal, discard).catch((error: unknown) => {
      if (signal.aborted) throw signal.reason;
      bill.prompts -= 1;
      throw failures.broken(redactError(error, [model.apiKey]));
    });
    if (response.ok) return response;
    bill.prompts -= 1;
    discard(response);
    throw failureOf(response, clock.wallNow());
  }

  return {
    preamble: `${model.system ?? ''}${model.tools ? JSON.stringify(model.tools) : ''}`,
    async *ask(messages, ending, bill) {
      const patience = createPatience(clock, ending);
      patience.within(timeoutMs, failures.late);
      try {
        const response = await respond(messages, ending.signal, bill);
        // A frame with one token has some 300 bytes.
        const maxBytes = 1_048_576 + model.maxAnswerTokens * 2_048;
        yield* readPieces(response, { clock, signal: ending.signal, patience, silenceMs, maxBytes });
      } finally {
        patience.rest();
      }
    },
  };
}

function bodyOf(model: CheckedModel, messages: readonly ConversationMessage[]): object {
  const { system, temperature, tools } = model;
  return {
    model: model.model,
    messages: [...(system === undefined ? [] : [{ role: 'system', content: system }]), ...messages],
    [model.tokenLimitField]: model.maxAnswerTokens,
    ...(temperature !== undefined && { temperature }),
    ...(tools?.length && { tools }),
    stream: true,
    ...(model.asksForUsage && { stream_options: { include_usage: true } }),
  };
}
