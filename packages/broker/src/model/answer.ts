/** One answer, from the question to its end. However it ends, nothing of it stays open and it is paid for. */

import { deferred } from '@avatarwire/core/adapter';
import type { Observe } from '../observation';
import { Refusal } from '../refusal';
import type { SessionRecord } from '../store';
import { type AnswerCache, piecesOf } from './answer-cache';
import { type AnswerForm, DONE_FRAME, errorFrame, STREAM_HEADERS } from './answer-form';
import { type AskingParts, askRepeatedly } from './asking';
import type { Budget } from './budget';
import { failures } from './failures';
import { type Piece, shows } from './piece';
import type { Conversation, ConversationMessage } from './read-conversation';
import type { GiveBack, StreamLeases } from './stream-leases';
import { byteLength, createTranscript, tokensOfBytes } from './transcript';
import type { Bill } from './upstream';

export interface AnswerParts extends AskingParts {
  readonly budget: Budget;
  readonly leases: StreamLeases;
  readonly cache: AnswerCache;
  readonly observe: Observe;
}

export interface AnswerUnderWay {
  readonly response: Promise<Response>;
  /** Resolves when it is over, whatever way. */
  readonly over: Promise<void>;
  end(failure: Refusal): void;
}

interface Failure {
  readonly error: unknown;
}

export interface AskedBy {
  readonly session: SessionRecord;
  readonly conversation: Conversation;
  readonly form: AnswerForm;
  /** Aborted when the page has gone. */
  readonly signal: AbortSignal;
}

export function startAnswer(
  parts: AnswerParts,
  { session, conversation, form, signal }: AskedBy,
): AnswerUnderWay {
  const { budget, leases, cache, clock, logger, observe } = parts;
  const { messages } = conversation;
  const over = deferred<void>();
  const ending = new AbortController();
  const transcript = createTranscript();
  const bill: Bill = { prompts: 0 };
  let stage: 'waiting' | 'asking' | 'cached' = 'waiting';
  let gone = false;
  let giveBack: GiveBack = async (after) => void (await after);
  let finishing: Promise<void> | undefined;

  const pageGone = (reason: unknown) => {
    gone = true;
    ending.abort(reason);
  };
  const onAbort = () => pageGone(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const cancelExpiry = clock.schedule(
    () => ending.abort(failures.expired()),
    Math.max(0, session.endsAt - clock.wallNow()),
  );
  const frames = framesOf(pieces());

  /** Takes its place and looks at the budget when the first one is asked for. */
  async function* pieces(): AsyncGenerator<Piece, void, undefined> {
    giveBack = await leases.take(session.id);
    if (ending.signal.aborted) throw ending.signal.reason;
    ending.signal.addEventListener('abort', stop, { once: true });
    const known = cache.find(messages);
    if (known !== undefined) {
      stage = 'cached';
      yield* piecesOf(known);
      return;
    }
    await budget.check(session);
    if (ending.signal.aborted) throw ending.signal.reason;
    stage = 'asking';
    yield* askRepeatedly(parts, messages, ending, bill);
    cache.keep(messages, transcript);
  }

  async function* framesOf(source: AsyncGenerator<Piece>): AsyncGenerator<string, undefined, undefined> {
    for await (const piece of source) {
      transcript.add(piece);
      if (shows(piece)) yield form.frame(piece);
    }
    return undefined;
  }

  async function nextFrame(): Promise<string | undefined> {
    const { value } = await frames.next();
    if (ending.signal.aborted) throw ending.signal.reason;
    return value;
  }

  function finish(failure?: Failure): Promise<void> {
    finishing ??= wrapUp(failure);
    return finishing;
  }

  function stop(): void {
    void finish({ error: ending.signal.reason });
  }

  async function wrapUp(failure: Failure | undefined): Promise<void> {
    cancelExpiry();
    signal.removeEventListener('abort', onAbort);
    ending.signal.removeEventListener('abort', stop);
    const paying = pay(failure === undefined);
    await giveBack(paying);
    over.resolve();
    report(failure, await paying);
  }

  async function pay(whole: boolean): Promise<number> {
    await frames.return(undefined).catch(() => {});
    const tokens = tokensSpent(whole);
    await budget
      .spend(session, tokens)
      .catch((error: unknown) => logger.error('model: tokens could not be counted', { tokens, error }));
    return tokens;
  }

  /** Where the model has not counted to the end, what is certain to have been used and a little more. */
  function tokensSpent(whole: boolean): number {
    if (bill.prompts === 0) return 0;
    const prompt = estimatePrompt(parts.upstream.preamble, messages);
    const usage = transcript.usage;
    const counted = usage ? Math.max(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens) : 0;
    const estimated = prompt + transcript.estimatedTokens;
    const last = whole && counted > 0 ? counted : Math.max(counted, estimated);
    return (bill.prompts - 1) * prompt + last;
  }

  function report(failure: Failure | undefined, tokens: number): void {
    const error = failure?.error;
    if (stage === 'waiting') {
      const limited = error instanceof Refusal && (error.status === 429 || error.status === 403);
      if (limited) observe({ type: 'limited', lane: 'model' });
      return;
    }
    const whole = stage === 'cached' ? 'cached' : 'done';
    const outcome = gone ? 'aborted' : failure ? 'failed' : whole;
    const refused = outcome === 'failed' && error instanceof Refusal ? { message: error.message } : {};
    logger.debug('model: an answer is over', { outcome, tokens, ...refused });
    observe({ type: 'model', outcome, tokens });
  }

  async function whole(first: string | undefined): Promise<Response> {
    for (let frame = first; frame !== undefined; frame = await nextFrame());
    await finish();
    return Response.json(form.whole(transcript), { headers: { 'cache-control': 'no-store' } });
  }

  function streamed(first: string | undefined): Response {
    const encoder = new TextEncoder();
    let waiting = first;
    // With nothing read ahead: the model is read as the page reads.
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const send = (frame: string) => controller.enqueue(encoder.encode(frame));
          try {
            if (ending.signal.aborted) throw ending.signal.reason;
            const frame = waiting ?? (await nextFrame());
            waiting = undefined;
            if (frame !== undefined) return send(frame);
            await finish();
            send(DONE_FRAME);
            controller.close();
          } catch (error) {
            await finish({ error });
            if (gone) return controller.error(error);
            send(errorFrame(error));
            controller.close();
          }
        },
        async cancel(reason) {
          pageGone(reason);
          await finish({ error: reason });
        },
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { headers: STREAM_HEADERS });
  }

  async function respond(): Promise<Response> {
    try {
      const first = await nextFrame();
      return conversation.stream ? streamed(first) : await whole(first);
    } catch (error) {
      await finish({ error });
      throw error;
    }
  }

  return { response: respond(), over: over.promise, end: (failure) => ending.abort(failure) };
}

/** Roles and separators cost a few tokens too. */
const TOKENS_AROUND_MESSAGE = 8;

function estimatePrompt(preamble: string, messages: readonly ConversationMessage[]): number {
  return [preamble, ...messages.map(({ content }) => content)].reduce(
    (sum, text) => sum + TOKENS_AROUND_MESSAGE + tokensOfBytes(byteLength(text)),
    0,
  );
}
