import { afterEach } from 'vitest';
import { createVirtualClock, seededRandom, type VirtualClock } from '../../src';
import { type MockServices, type MockServicesOptions, startMockServices } from '../../src/services';

const running: MockServices[] = [];
afterEach(async () => {
  for (const mock of running.splice(0)) await mock.close();
});

export interface Stage {
  readonly mock: MockServices;
  readonly clock: VirtualClock;
}

/** Mock services on a clock that stands still, ended after the test. */
export async function start(options: MockServicesOptions = {}): Promise<Stage> {
  const clock = createVirtualClock();
  const mock = await startMockServices({ clock, random: seededRandom(1), ...options });
  running.push(mock);
  return { mock, clock };
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed, where it is JSON. */
  readonly body: unknown;
}

type Sent = {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
};

/** One request over real HTTP; `json` is sent as JSON. */
export async function send(url: string, json?: unknown, sent: Sent = {}): Promise<Reply> {
  const response = await fetch(url, {
    method: sent.method ?? (json === undefined ? 'GET' : 'POST'),
    headers: { ...(json !== undefined && { 'content-type': 'application/json' }), ...sent.headers },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(sent.signal && { signal: sent.signal }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** AKOOL with the key, by path below `/api/open`. */
export function akoolCalls({ urls, keys }: MockServices) {
  const headers = { 'x-api-key': keys.akool.apiKey };
  const call = (path: string, json?: unknown, sent: Sent = {}) =>
    send(`${urls.akool}/api/open${path}`, json, { ...sent, headers: { ...headers, ...sent.headers } });
  return {
    call,
    create: (more: object = {}, sent: Sent = {}) =>
      call(
        '/v4/liveAvatar/session/create',
        { avatar_id: 'dvp_Tristan_cloth2_1080P', duration: 300, ...more },
        sent,
      ),
    close: (id: unknown, sent: Sent = {}) => call('/v4/liveAvatar/session/close', { id }, sent),
    detail: (id: string) => call(`/v4/liveAvatar/session/detail?id=${id}`),
    list: (query = '?page=1&size=100') => call(`/v4/liveAvatar/session/list${query}`),
  };
}

/** What stands at `path` in an answer, such as `data._id`. */
export function at(body: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
      body,
    );
}

export function textAt(body: unknown, path: string): string {
  const value = at(body, path);
  if (typeof value !== 'string') throw new Error(`no text at ${path} in ${JSON.stringify(body)}`);
  return value;
}
