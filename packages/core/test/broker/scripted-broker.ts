/** A broker of which the test answers every request by hand, on a clock that the test moves. */

import { type BrokerSource, type BrokerSourceOptions, broker } from '../../src/broker/broker';
import { createManualClock, type ManualClock } from '../support/manual-clock';

export interface Asked {
  readonly path: string;
  readonly method: string | undefined;
  readonly headers: Headers;
  readonly text: string;
  /** Of the body, where that is JSON. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly keepalive: boolean;
  readonly aborted: () => boolean;
  answer(status: number, body?: unknown): Promise<void>;
  /** An answer in other words than the broker's. */
  answerWith(response: Response): Promise<void>;
  /** As a network does that is away. */
  fail(): Promise<void>;
}

export interface Stage {
  readonly source: BrokerSource;
  readonly clock: ManualClock;
  readonly asked: Asked[];
  readonly last: () => Asked;
  /** What it was asked, one path each. */
  readonly paths: () => string[];
}

export const BASE = 'https://app.example/api/avatar';
export const ID = 'Zk3Jm0h8vYw2x4z6B8d0Fg';

export function opened(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    provider: 'livekit',
    credentials: { url: 'wss://room.example', token: 'a-token' },
    service: 'akool',
    sessionId: ID,
    avatarId: 'avatar',
    expiresInMs: 600_000,
    beatEveryMs: 30_000,
    ...changes,
  };
}

export function refused(code: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { error: { code, message: `It is ${code}.`, ...more }, requestId: 'a-request' };
}

export function stageBroker(options: BrokerSourceOptions = {}, url: string = BASE): Stage {
  const clock = createManualClock();
  const asked: Asked[] = [];
  let filled = 0;
  const source = broker(url, {
    clock,
    fetch: (address, init) => {
      const { promise, request } = scripted(String(address), init, clock);
      asked.push(request);
      return promise;
    },
    // Another value each time, so that no two keys or secrets are the same by accident.
    randomBytes(count) {
      filled += 1;
      return new Uint8Array(count).fill(filled);
    },
    ...options,
  });
  return {
    source,
    clock,
    asked,
    paths: () => asked.map(({ path }) => path),
    last() {
      const request = asked.at(-1);
      if (!request) throw new Error('nothing was asked');
      return request;
    },
  };
}

function scripted(address: string, init: RequestInit | undefined, clock: ManualClock) {
  const text = typeof init?.body === 'string' ? init.body : '';
  let settle: { resolve: (response: Response) => void; reject: (error: unknown) => void };
  const promise = new Promise<Response>((resolve, reject) => {
    settle = { resolve, reject };
    if (init?.signal?.aborted) reject(init.signal.reason);
    init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
  });
  const request: Asked = {
    path: address.startsWith(BASE) ? address.slice(BASE.length) : address,
    method: init?.method,
    headers: new Headers(init?.headers),
    text,
    json: text === '' ? {} : JSON.parse(text),
    keepalive: init?.keepalive === true,
    aborted: () => init?.signal?.aborted === true,
    answer: (status, body) =>
      request.answerWith(new Response(body === undefined ? null : JSON.stringify(body), { status })),
    async answerWith(response) {
      settle.resolve(response);
      await clock.advance(0);
    },
    async fail() {
      settle.reject(new TypeError('fetch failed'));
      await clock.advance(0);
    },
  };
  return { promise, request };
}

/** Opens a session and gives what the test goes on with. */
export async function openOne(stage: Stage, changes: Readonly<Record<string, unknown>> = {}) {
  const opening = stage.source.open({ provider: 'livekit' }, { signal: new AbortController().signal });
  await stage.clock.advance(0);
  const request = stage.last();
  await request.answer(201, opened(changes));
  return { details: await opening, request };
}
