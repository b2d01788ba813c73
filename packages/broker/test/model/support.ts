/** A proxy before the mock model, or before a server that says what a test tells it; all of it ended after each test. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock, Logger } from '@avatarwire/core';
import { createVirtualClock, type VirtualClock } from '@avatarwire/simulator';
import { type MockServices, type ModelSettings, startMockServices } from '@avatarwire/simulator/services';
import { afterEach } from 'vitest';
import { memoryStore } from '../../src/memory';
import { createModelProxy, type ModelProxy } from '../../src/model/create-model-proxy';
import type { ModelProxyOptions } from '../../src/model/options';
import type { Observation } from '../../src/observation';
import { Refusal } from '../../src/refusal';
import type { BrokerStore, SessionRecord } from '../../src/store';

export const KEY = 'sk-very-secret-0123456789';

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

export function sessionOf(clock: Clock, more: Partial<SessionRecord> = {}): SessionRecord {
  const createdAt = clock.wallNow();
  return {
    id: 'session-1',
    caller: 'ann',
    idempotencyKey: 'key-0123456789abcdef',
    fingerprint: 'fingerprint',
    closeSecretDigest: 'digest',
    service: 'akool',
    provider: 'livekit',
    state: 'open',
    createdAt,
    endsAt: createdAt + 600_000,
    dueAt: createdAt + 150_000,
    attempts: 0,
    reservedMs: 600_000,
    ...more,
  };
}

export interface Asking {
  readonly session?: SessionRecord;
  readonly signal?: AbortSignal;
}

export interface Stage {
  readonly proxy: ModelProxy;
  readonly clock: VirtualClock;
  readonly store: BrokerStore;
  readonly observed: Observation[];
  /** Everything that was logged, as one text. */
  readonly log: () => string;
  answer(body: unknown, asking?: Asking): Promise<Response>;
  /** One user message, streamed. */
  ask(content: string, asking?: Asking): Promise<Response>;
}

export interface StageParts {
  readonly clock?: VirtualClock;
  readonly store?: BrokerStore;
  readonly random?: () => number;
}

export function stage(
  options: Partial<ModelProxyOptions> & { baseUrl: string },
  { clock = createVirtualClock(), store = memoryStore(), random = () => 0.5 }: StageParts = {},
): Stage {
  const observed: Observation[] = [];
  const lines: unknown[] = [];
  const write = (message: string, details?: object) => void lines.push([message, details]);
  const logger: Logger = { error: write, warn: write, info: write, debug: write };
  const observe = (observation: Observation) => void observed.push(observation);
  const proxy = createModelProxy(
    { apiKey: KEY, model: 'mock-model', ...options },
    { store, clock, random, logger, observe },
  );
  const session = sessionOf(clock);
  const answer = (body: unknown, asking: Asking = {}) => {
    const record = asking.session ?? session;
    const signal = asking.signal ?? new AbortController().signal;
    return proxy.answer({ session: record, caller: { id: record.caller }, body, signal });
  };
  return {
    proxy,
    clock,
    store,
    observed,
    log: () => lines.map(shown).join('\n'),
    answer,
    ask: (content, asking) => answer({ messages: [{ role: 'user', content }], stream: true }, asking),
  };
}

export interface MockStage extends Stage {
  readonly mock: MockServices;
}

export async function mockStage(
  options: Partial<ModelProxyOptions> = {},
  settings: Partial<ModelSettings> = {},
): Promise<MockStage> {
  const clock = createVirtualClock();
  const mock = await startMockServices({
    clock,
    keys: { model: KEY },
    model: { pieceMs: 0, reply: (prompt) => `You said: ${prompt}`, ...settings },
  });
  ended.push(() => mock.close());
  return { ...stage({ baseUrl: mock.urls.model, ...options }, { clock }), mock };
}

export interface ScriptedServer {
  readonly baseUrl: string;
  /** Bodies of the requests, parsed. */
  readonly requests: Record<string, unknown>[];
  /** Requests whose answer goes on. Node's client keeps idle connections, which are not among them. */
  readonly open: number;
  /** Requests whose connection the other side ended before they were answered. */
  readonly aborted: number;
}

/** Sends bytes as they are, each piece on its own. */
export type Script = (response: ServerResponse, number: number) => unknown;

export async function scripted(script: Script): Promise<ScriptedServer> {
  let open = 0;
  const requests: Record<string, unknown>[] = [];
  let aborted = 0;
  const server = createServer((request, response) => {
    open += 1;
    response.once('close', () => {
      open -= 1;
      if (!response.writableFinished) aborted += 1;
    });
    void bodyOf(request).then((body) => {
      requests.push(body);
      return script(response, requests.length);
    });
  });
  server.on('connection', (socket) => socket.setNoDelay());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ended.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    get open() {
      return open;
    },
    get aborted() {
      return aborted;
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  return JSON.parse(text);
}

export const EVENT_STREAM = { 'content-type': 'text/event-stream; charset=utf-8' };

/** A server that answers every request with these chunks, and ends. */
export function saying(...chunks: (string | Uint8Array)[]): Promise<ScriptedServer> {
  return scripted(async (response) => {
    response.writeHead(200, EVENT_STREAM);
    for (const chunk of chunks) await written(response, chunk);
    response.end();
  });
}

/** Resolves when the system has it, so that the next chunk is a chunk of its own. */
export function written(response: ServerResponse, chunk: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    response.write(chunk, () => setImmediate(resolve));
  });
}

export function chunk(delta: object, more: object = {}): string {
  return `data: ${JSON.stringify({
    id: 'upstream-id',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'upstream-name',
    system_fingerprint: 'fp_upstream',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: null }],
    ...more,
  })}\n\n`;
}

export function finished(reason = 'stop'): string {
  return chunk({}, { choices: [{ index: 0, delta: {}, finish_reason: reason }] });
}

export const usage = (prompt: number, completion: number) =>
  chunk(
    {},
    {
      choices: [],
      usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
    },
  );

export const DONE = 'data: [DONE]\n\n';

export interface Frame {
  readonly event?: string;
  readonly data: unknown;
}

/** What a page gets, frame by frame. */
export async function framesOf(response: Response): Promise<Frame[]> {
  return framesIn(await response.text());
}

export function framesIn(text: string): Frame[] {
  return text
    .split('\n\n')
    .filter(Boolean)
    .map((frame) => {
      const lines = frame.split('\n');
      const data = lines.find((line) => line.startsWith('data: '))?.slice(6) ?? '';
      const event = lines.find((line) => line.startsWith('event: '))?.slice(7);
      return { ...(event !== undefined && { event }), data: data === '[DONE]' ? data : JSON.parse(data) };
    });
}

/** The text that frames add up to. */
export function textOf(frames: readonly Frame[]): string {
  return frames.map(({ data }) => at(data, 'choices', 0, 'delta', 'content') ?? '').join('');
}

export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined),
    value,
  );
}

/** The Refusal that a promise rejects with. */
export async function refusalOf(promise: Promise<unknown>): Promise<Refusal> {
  const error: unknown = await promise.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Refusal)) throw error;
  return error;
}

/** Tokens that are counted against a session and against its caller. */
export async function spent({ store, clock }: Stage, session = 'session-1', caller = 'ann') {
  const look = async (key: string) =>
    (await store.count(key, { amount: 0, windowMs: 86_400_000, now: clock.wallNow() })).used;
  return { session: await look(`model:session:${session}`), caller: await look(`model:caller:${caller}`) };
}

/** An error with everything that hangs on it, as text. */
export function shown(value: unknown): string {
  if (value instanceof Error) {
    const own = Object.getOwnPropertyNames(value).map((name) => shown(Reflect.get(value, name)));
    return `${value.name} ${own.join(' ')} ${shown(value.cause)}`;
  }
  if (Array.isArray(value)) return value.map(shown).join(' ');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([name, inner]) => `${name},${shown(inner)}`)
      .join(' ');
  return String(value);
}
