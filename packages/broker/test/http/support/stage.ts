/** A broker on the memory store, asked through `fetch`; every answer is held against the OpenAPI document. */

import type { Logger } from '@avatarwire/core';
import type { AvatarServiceServer } from '@avatarwire/services';
import { createVirtualClock, type VirtualClock } from '@avatarwire/simulator';
import { onTestFinished } from 'vitest';
import document from '../../../openapi.json';
import {
  type Broker,
  type BrokerOptions,
  type BrokerStore,
  createBroker,
  type Observation,
  presets,
} from '../../../src';
import { memoryStore } from '../../../src/memory';
import { type AnswerChecker, createAnswerChecker } from './answer-checker';
import { type ServiceDouble, serviceDouble } from './service-double';

export const HOST = 'https://broker.example';
export const BASE = '/api/avatar';
export const SECRET = 'close-secret-of-a-page-0001';

export interface Sent {
  readonly method?: string;
  /** As whom; undefined for nobody. */
  readonly as?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless it is text or a stream already. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON, else text. */
  readonly body: unknown;
  /** All of it, headers and body, for a search. */
  readonly text: string;
}

export interface Stage {
  readonly broker: Broker;
  readonly clock: VirtualClock;
  readonly store: BrokerStore;
  readonly double: ServiceDouble;
  readonly log: string[];
  readonly observed: Observation[];
  readonly checker: AnswerChecker;
  /** Below `basePath`, with POST unless said otherwise, as `alice` unless said otherwise. */
  send(path: string, sent?: Sent): Promise<Answer>;
  /** A create with a key of its own. */
  open(body?: object, sent?: Sent): Promise<Answer>;
  /** Opens, and gives the id. */
  opened(sent?: Sent): Promise<string>;
  close(id: string, secret?: string, sent?: Sent): Promise<Answer>;
}

export interface StageOptions extends Partial<Omit<BrokerOptions, 'services'>> {
  readonly services?: readonly AvatarServiceServer[];
  readonly double?: ServiceDouble;
}

export function stage({ double: given, services, ...options }: StageOptions = {}): Stage {
  const clock = createVirtualClock();
  const double = given ?? serviceDouble();
  double.now = () => clock.wallNow();
  const store = options.store ?? memoryStore();
  const log: string[] = [];
  const observed: Observation[] = [];
  const broker = createBroker({
    services: services ?? [double],
    authenticate: bearer,
    authorize: presets({ guide: { service: double.name, avatarId: 'tristan', durationSeconds: 300 } }),
    clock,
    logger: keptLog(log),
    observe: (observation) => observed.push(observation),
    ...options,
    store,
  });
  onTestFinished(() => broker.close({ sessions: 'close' }));
  const checker = createAnswerChecker(document, options.basePath ?? BASE);
  let keys = 0;

  async function send(path: string, sent: Sent = {}): Promise<Answer> {
    const request = requestOf(`${options.basePath ?? BASE}${path}`, sent);
    const response = await broker.fetch(request);
    await checker.check(request, response);
    return read(response);
  }

  function open(body: object = {}, { headers, ...sent }: Sent = {}): Promise<Answer> {
    keys++;
    return send('/sessions', {
      body: { provider: 'agora', closeSecret: SECRET, ...body },
      headers: { 'idempotency-key': `key-of-the-page-${keys}`, ...headers },
      ...sent,
    });
  }

  return {
    broker,
    clock,
    store,
    double,
    log,
    observed,
    checker,
    send,
    open,
    async opened(sent) {
      const { status, body, text } = await open({}, sent);
      const id: unknown = Reflect.get(Object(body), 'sessionId');
      if (status !== 201 || typeof id !== 'string') throw new Error(`not opened: ${text}`);
      return id;
    },
    close: (id, secret = SECRET, sent = {}) =>
      send('/close', {
        as: undefined,
        body: JSON.stringify({ id, secret }),
        ...sent,
        headers: { 'content-type': 'text/plain;charset=UTF-8', ...sent.headers },
      }),
  };
}

export function requestOf(path: string, sent: Sent = {}): Request {
  const { method = 'POST', body, signal } = sent;
  const as = 'as' in sent ? sent.as : 'alice';
  const isRaw = typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream;
  const headers = new Headers(sent.headers);
  if (as !== undefined && !headers.has('authorization')) headers.set('authorization', `Bearer ${as}`);
  if (body !== undefined && !isRaw && !headers.has('content-type')) {
    headers.set('content-type', 'application/json');
  }
  const init: RequestInit & { duplex?: 'half' } = { method, headers };
  if (body !== undefined) init.body = isRaw ? (body as BodyInit) : JSON.stringify(body);
  if (body instanceof ReadableStream) init.duplex = 'half';
  if (signal) init.signal = signal;
  return new Request(`${HOST}${path}`, init);
}

async function read(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const text = await response.text();
  const isJson = headers.get('content-type')?.startsWith('application/json') && text !== '';
  const body: unknown = isJson ? JSON.parse(text) : text;
  return { status, headers, body, text: `${status} ${JSON.stringify([...headers])} ${text}` };
}

export const bearer: BrokerOptions['authenticate'] = (request) => {
  const id = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
  return id === undefined ? undefined : { id };
};

export function keptLog(lines: string[]): Logger {
  const keep = (level: string) => (message: string, details?: object) => {
    lines.push(`${level} ${message} ${JSON.stringify(details)}`);
  };
  return { error: keep('error'), warn: keep('warn'), info: keep('info'), debug: keep('debug') };
}

/** Of an answer that refuses. */
export const refusal = (answer: Answer): unknown => Reflect.get(Object(answer.body), 'error');
