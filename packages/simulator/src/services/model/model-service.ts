/** A chat completions endpoint in OpenAI's form, streaming and whole. It answers, but understands nothing. */

import type { Clock } from '@avatarwire/core';
import { friendlyAnswer } from '../../avatar-answers';
import type { Random } from '../../random';
import {
  type Answer,
  type Call,
  type Fields,
  isFields,
  isText,
  isWhole,
  type Route,
  ServiceRefusal,
  type ServiceRoutes,
} from '../call';
import { alphanumeric } from '../names';
import { settingsOf } from '../settings';

export interface ModelMessage {
  readonly role: string;
  readonly content: unknown;
}

export interface ModelSettings {
  /** Which models there are. @default ['mock-model'] */
  models: readonly string[];
  /** What it answers. @default a small answerer */
  reply: (prompt: string, messages: readonly ModelMessage[]) => string;
  /** Between two pieces of a stream, in milliseconds. @default 20 */
  pieceMs: number;
}

/** One request that the model had. */
export interface ModelRequest {
  readonly model: string;
  readonly messages: readonly ModelMessage[];
  readonly stream: boolean;
  /** Pieces that were made so far: about a token each. */
  readonly pieces: number;
  /** `aborted`: the client went before the end, and no further piece was made. */
  readonly state: 'streaming' | 'finished' | 'aborted';
}

export interface ModelView {
  readonly settings: ModelSettings;
  /** The last 1,000, oldest first. */
  readonly requests: readonly ModelRequest[];
  /** Pieces made for all of them: what would be paid for. */
  readonly pieces: number;
}

export interface ModelService extends ServiceRoutes {
  readonly view: ModelView;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const DEFAULTS: ModelSettings = {
  models: ['mock-model'],
  reply: (prompt) => friendlyAnswer(prompt, { turn: 0 }),
  pieceMs: 20,
};
const REQUESTS_KEPT = 1_000;
const ROLES: readonly unknown[] = ['system', 'developer', 'user', 'assistant', 'tool'];

/** The HTTP status of the codes that clients look for. */
const STATUS: Readonly<Record<string, number>> = {
  invalid_api_key: 401,
  insufficient_quota: 429,
  rate_limit_exceeded: 429,
  'too-many-requests': 429,
  model_not_found: 404,
  context_length_exceeded: 400,
  server_error: 500,
};

export function createModel(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  key: string,
  options: Partial<ModelSettings> = {},
): ModelService {
  const settings = settingsOf('model', DEFAULTS, options);
  const requests: Mutable<ModelRequest>[] = [];
  let pieces = 0;

  function complete(call: Call): Answer {
    const { model, messages, stream, limit, withUsage } = readRequest(call.body);
    if (!settings.models.includes(model))
      throw new ServiceRefusal('model_not_found', `The model ${model} does not exist.`);
    const all = settings.reply(promptOf(messages), messages).match(/\s*\S+/g) ?? [];
    const words = limit === undefined ? all : all.slice(0, limit);
    const finish = words.length < all.length ? 'length' : 'stop';
    const request: Mutable<ModelRequest> = { model, messages, stream, pieces: 0, state: 'streaming' };
    requests.push(request);
    if (requests.length > REQUESTS_KEPT) requests.shift();
    const promptPieces = messages.reduce((sum, { content }) => sum + piecesOf(content), 0);
    const head = {
      id: `chatcmpl-${alphanumeric(random, 24)}`,
      created: Math.floor(clock.wallNow() / 1_000),
      model,
    };
    const usage = {
      prompt_tokens: promptPieces,
      completion_tokens: words.length,
      total_tokens: promptPieces + words.length,
    };
    const count = () => {
      request.pieces += 1;
      pieces += 1;
    };

    if (!stream) {
      words.forEach(count);
      request.state = 'finished';
      const message = { role: 'assistant', content: words.join(''), refusal: null };
      const choices = [{ index: 0, message, logprobs: null, finish_reason: finish }];
      return { status: 200, body: { ...head, object: 'chat.completion', choices, usage } };
    }

    async function* events(): AsyncGenerator<string> {
      const chunk = (delta: Fields, finish_reason: string | null = null) =>
        event({
          ...head,
          object: 'chat.completion.chunk',
          choices: [{ index: 0, delta, logprobs: null, finish_reason }],
          ...(withUsage && { usage: null }),
        });
      try {
        yield chunk({ role: 'assistant', content: '' });
        for (const content of words) {
          if (settings.pieceMs > 0) await pause(clock, settings.pieceMs, call.clientGone);
          if (call.clientGone.aborted) return;
          count();
          yield chunk({ content });
        }
        yield chunk({}, finish);
        if (withUsage) yield event({ ...head, object: 'chat.completion.chunk', choices: [], usage });
        request.state = 'finished';
        yield 'data: [DONE]\n\n';
      } finally {
        if (request.state === 'streaming') request.state = 'aborted';
      }
    }
    return {
      status: 200,
      headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
      stream: events(),
    };
  }

  const routes: readonly Route[] = [
    { name: 'completion', method: 'POST', path: '/v1/chat/completions', handle: complete },
    {
      name: 'model.list',
      method: 'GET',
      path: '/v1/models',
      handle: () => ({
        status: 200,
        body: {
          object: 'list',
          data: settings.models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'mock' })),
        },
      }),
    },
  ];

  return {
    name: 'model',
    routes: routes.map((route) => ({
      ...route,
      handle(call: Call) {
        if (call.headers.authorization !== `Bearer ${key}`)
          throw new ServiceRefusal('invalid_api_key', 'Incorrect API key provided.');
        return route.handle(call);
      },
    })),
    refuse({ code, message, status = STATUS[code] ?? 400 }) {
      const type = status >= 500 ? 'server_error' : status === 429 ? 'requests' : 'invalid_request_error';
      const shown = code === 'too-many-requests' ? 'rate_limit_exceeded' : code;
      return { status, body: { error: { message, type, param: null, code: shown } } };
    },
    view: {
      settings,
      requests,
      get pieces() {
        return pieces;
      },
    },
  };
}

interface ReadRequest {
  readonly model: string;
  readonly messages: readonly ModelMessage[];
  readonly stream: boolean;
  readonly limit: number | undefined;
  readonly withUsage: boolean;
}

function readRequest(body: unknown): ReadRequest {
  if (!isFields(body)) throw invalid('the body has to be a JSON object');
  const { model, messages, stream = false, stream_options, max_tokens, max_completion_tokens } = body;
  if (!isText(model)) throw invalid('model is required');
  if (!Array.isArray(messages) || messages.length === 0) throw invalid('messages is required');
  if (typeof stream !== 'boolean') throw invalid('stream has to be true or false');
  const limit = max_completion_tokens ?? max_tokens ?? undefined;
  if (limit !== undefined && !isWhole(limit, 1, 1_000_000)) throw invalid('max_tokens has to be 1 or more');
  return {
    model,
    messages: messages.map(readMessage),
    stream,
    limit,
    withUsage: isFields(stream_options) && stream_options['include_usage'] === true,
  };
}

function readMessage(message: unknown): ModelMessage {
  if (!isFields(message) || !isText(message['role']) || !ROLES.includes(message['role']))
    throw invalid('a message needs a role');
  return { role: message['role'], content: message['content'] ?? null };
}

function promptOf(messages: readonly ModelMessage[]): string {
  const last = messages.filter(({ role }) => role === 'user').at(-1)?.content;
  if (typeof last === 'string') return last;
  const parts: readonly unknown[] = Array.isArray(last) ? last : [];
  return parts.map((part) => (isFields(part) && isText(part['text']) ? part['text'] : '')).join(' ');
}

function piecesOf(content: unknown): number {
  return typeof content === 'string' ? (content.match(/\S+/g)?.length ?? 0) : 0;
}

function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

function invalid(message: string): ServiceRefusal {
  return new ServiceRefusal('invalid_request', message, 400);
}

/** Over when the time has passed, or the client is gone. */
function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.schedule(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
