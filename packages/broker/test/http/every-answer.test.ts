import { AvatarError } from '@avatarwire/core';
import { describe, expect, it } from 'vitest';
import document from '../../openapi.json';
import { serviceDouble } from './support/service-double';
import { SECRET, type Sent, type Stage, type StageOptions, stage } from './support/stage';

const UNKNOWN = 'A'.repeat(22);
const FOREIGN = { origin: 'https://evil.example' };
const KEY = { 'idempotency-key': 'key-of-the-page-once' };
const create = { provider: 'agora', closeSecret: SECRET };
const question = { messages: [{ role: 'user', content: 'Hello?' }] };

/** Sends what is to be answered so; the stage checks the answer itself against the document. */
interface Scene extends StageOptions {
  readonly status: number;
  run(stage: Stage): Promise<unknown>;
}

/** How each route is asked in the right way, but for what a scene changes. */
type Ask = (stage: Stage, sent?: Sent) => Promise<unknown>;

const inSession =
  (path: string, body?: unknown): Ask =>
  async ({ send, opened }, sent) =>
    send(`/sessions/${await opened()}/${path}`, { ...(body !== undefined && { body }), ...sent });

type Operation =
  | 'POST /sessions'
  | 'POST /close'
  | 'POST /sessions/{id}/beat'
  | 'POST /sessions/{id}/calls/{action}'
  | 'POST /sessions/{id}/chat/completions'
  | 'GET /openapi.json';

const ASK: Readonly<Record<Operation, Ask>> = {
  'POST /sessions': ({ send }, { headers, ...sent } = {}) =>
    send('/sessions', { body: create, headers: { ...KEY, ...headers }, ...sent }),
  'POST /close': async ({ close, opened }, sent) => close(await opened(), SECRET, sent),
  'POST /sessions/{id}/beat': inSession('beat'),
  'POST /sessions/{id}/calls/{action}': inSession('calls/ask', { text: 'Hello?' }),
  'POST /sessions/{id}/chat/completions': inSession('chat/completions', question),
  'GET /openapi.json': ({ send }, sent) => send('/openapi.json', { method: 'GET', ...sent }),
};

const failing =
  (code: AvatarError['code'], more = {}) =>
  async () => {
    throw new AvatarError(code, 'The service says no.', { service: 'double', ...more });
  };

const streamThat = (pull: (controller: ReadableStreamDefaultController<Uint8Array>) => void) =>
  new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 });

const noLogin = (ask: Ask): Scene => ({ status: 401, run: (on) => ask(on, { as: undefined }) });
const foreign = (ask: Ask): Scene => ({ status: 403, run: (on) => ask(on, { headers: FOREIGN }) });

/** What every route that reads a body answers. */
function ofBody(ask: Ask, type: string): readonly Scene[] {
  const headers = { 'content-type': type };
  return [
    { status: 400, run: (on) => ask(on, { headers, body: '{"a' }) },
    {
      status: 408,
      run: (on) => on.clock.run(Promise.resolve(ask(on, { headers, body: streamThat(() => {}) }))),
    },
    { status: 413, run: (on) => ask(on, { headers, body: 'x'.repeat(65_537) }) },
    { status: 415, run: (on) => ask(on, { headers: { 'content-type': 'text/html' }, body: '{}' }) },
    {
      status: 499,
      run: (on) => {
        const gone = new AbortController();
        const body = streamThat((controller) => {
          gone.abort();
          controller.error(new Error('gone'));
        });
        return ask(on, { headers, body, signal: gone.signal });
      },
    },
  ];
}

/** In the store, once a session is open. */
function brokenStore(path: 'find' | 'count', ask: Ask): Scene['run'] {
  return async (on) => {
    const id = await on.opened();
    Object.assign(on.store, { [path]: () => Promise.reject(new Error('disk is full')) });
    return ask({ ...on, opened: async () => id });
  };
}

const calls = (code: AvatarError['code'], more = {}) => ({
  double: serviceDouble({ call: failing(code, more) }),
});
const opens = (code: AvatarError['code'], more = {}) => ({
  double: serviceDouble({ open: failing(code, more) }),
});

const EVENTS = { 'content-type': 'text/event-stream' };
const events = (text: string) => {
  const choice = { index: 0, delta: { content: text }, finish_reason: 'stop' };
  return `data: ${JSON.stringify({ choices: [choice] })}\n\ndata: [DONE]\n\n`;
};

/** A model that answers so, in this process. */
const model = (answer: () => Response | Promise<Response>): StageOptions => ({
  model: { baseUrl: 'https://model.example/v1', apiKey: 'key', model: 'small', fetch: async () => answer() },
});
const said = (text: string) => model(() => new Response(events(text), { headers: EVENTS }));
const says = (status: number, headers = {}) => model(() => new Response('no', { status, headers }));

const SCENES: Readonly<Record<Operation, readonly Scene[]>> = {
  'POST /sessions': [
    { status: 201, run: ASK['POST /sessions'] },
    ...ofBody(ASK['POST /sessions'], 'application/json'),
    noLogin(ASK['POST /sessions']),
    foreign(ASK['POST /sessions']),
    {
      status: 409,
      run: async (on) => {
        await ASK['POST /sessions'](on);
        return ASK['POST /sessions'](on);
      },
    },
    {
      status: 429,
      limits: { sessionsPerCaller: 1 },
      run: async ({ open }) => {
        await open();
        return open();
      },
    },
    {
      status: 500,
      authorize: () => {
        throw new Error('no such table');
      },
      run: ASK['POST /sessions'],
    },
    { status: 502, ...opens('credentials-refused', { serviceCode: 1_101 }), run: ASK['POST /sessions'] },
    { status: 503, ...opens('service-busy', { retryAfterMs: 1_500 }), run: ASK['POST /sessions'] },
    { status: 504, ...opens('connect-timeout'), run: ASK['POST /sessions'] },
  ],
  'POST /close': [
    { status: 204, run: ASK['POST /close'] },
    {
      status: 202,
      run: (on) => {
        on.double.close = failing('network');
        return ASK['POST /close'](on);
      },
    },
    ...ofBody(ASK['POST /close'], 'text/plain'),
    foreign(ASK['POST /close']),
    { status: 404, run: ({ close }) => close(UNKNOWN) },
    {
      status: 429,
      limits: { closesPerMinute: 1 },
      run: async ({ close, opened }) => {
        const id = await opened();
        await close(id);
        return close(id);
      },
    },
    { status: 500, run: brokenStore('find', ASK['POST /close']) },
  ],
  'POST /sessions/{id}/beat': [
    { status: 204, run: ASK['POST /sessions/{id}/beat'] },
    noLogin(ASK['POST /sessions/{id}/beat']),
    foreign(ASK['POST /sessions/{id}/beat']),
    { status: 404, run: ({ send }) => send(`/sessions/${UNKNOWN}/beat`) },
    {
      status: 429,
      limits: { urgentCallsPerMinute: 1 },
      run: async ({ send, opened }) => {
        const id = await opened();
        await send(`/sessions/${id}/beat`);
        return send(`/sessions/${id}/beat`);
      },
    },
    { status: 500, run: brokenStore('find', ASK['POST /sessions/{id}/beat']) },
  ],
  'POST /sessions/{id}/calls/{action}': [
    { status: 200, run: ASK['POST /sessions/{id}/calls/{action}'] },
    ...ofBody(ASK['POST /sessions/{id}/calls/{action}'], 'application/json'),
    noLogin(ASK['POST /sessions/{id}/calls/{action}']),
    foreign(ASK['POST /sessions/{id}/calls/{action}']),
    { status: 404, run: inSession('calls/sing') },
    {
      status: 429,
      limits: { callsPerMinute: 1 },
      run: async ({ send, opened }) => {
        const id = await opened();
        await send(`/sessions/${id}/calls/ask`);
        return send(`/sessions/${id}/calls/ask`);
      },
    },
    { status: 500, run: brokenStore('find', ASK['POST /sessions/{id}/calls/{action}']) },
    {
      status: 502,
      ...calls('service-refused', { serviceCode: 'E7' }),
      run: ASK['POST /sessions/{id}/calls/{action}'],
    },
    { status: 503, run: brokenStore('count', ASK['POST /sessions/{id}/calls/{action}']) },
    { status: 504, ...calls('connect-timeout'), run: ASK['POST /sessions/{id}/calls/{action}'] },
  ],
  'POST /sessions/{id}/chat/completions': [
    { status: 200, ...said('Hello.'), run: ASK['POST /sessions/{id}/chat/completions'] },
    { status: 200, ...said('Hello.'), run: inSession('chat/completions', { ...question, stream: true }) },
    ...ofBody(ASK['POST /sessions/{id}/chat/completions'], 'application/json').map((scene) => ({
      ...said('Hello.'),
      ...scene,
    })),
    { ...said('Hello.'), ...noLogin(ASK['POST /sessions/{id}/chat/completions']) },
    foreign(ASK['POST /sessions/{id}/chat/completions']),
    { status: 404, run: ASK['POST /sessions/{id}/chat/completions'] },
    {
      status: 429,
      ...said('Hello.'),
      limits: { callsPerMinute: 1 },
      run: async ({ send, opened }) => {
        const id = await opened();
        await send(`/sessions/${id}/chat/completions`, { body: question });
        return send(`/sessions/${id}/chat/completions`, { body: question });
      },
    },
    {
      status: 500,
      ...said('Hello.'),
      run: brokenStore('find', ASK['POST /sessions/{id}/chat/completions']),
    },
    { status: 502, ...says(400), run: ASK['POST /sessions/{id}/chat/completions'] },
    { status: 503, ...says(429, { 'retry-after': '3' }), run: ASK['POST /sessions/{id}/chat/completions'] },
    {
      status: 504,
      ...model(() => new Promise(() => {})),
      run: (on) => on.clock.run(Promise.resolve(ASK['POST /sessions/{id}/chat/completions'](on))),
    },
  ],
  'GET /openapi.json': [{ status: 200, run: ASK['GET /openapi.json'] }, foreign(ASK['GET /openapi.json'])],
};

/** Nothing known makes it fail; it is documented, since whatever fails anywhere is answered so. */
const NEVER_SEEN = ['GET /openapi.json 500'];

describe('every answer that the document promises is one that the broker gives', () => {
  for (const [operation, scenes] of Object.entries(SCENES)) {
    it.each(scenes)(`${operation}: $status`, async ({ status, run, ...options }) => {
      const on = stage(options);
      await run(on);
      expect([...on.checker.seen]).toContain(`${operation} ${status}`);
    });
  }

  it('and the other way round: the document has none but those', () => {
    const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        Object.keys(responses).map((status) => `${method.toUpperCase()} ${path} ${status}`),
      ),
    );
    const given = Object.entries(SCENES).flatMap(([operation, scenes]) =>
      scenes.map(({ status }) => `${operation} ${status}`),
    );
    expect([...new Set([...given, ...NEVER_SEEN])].sort()).toEqual(documented.sort());
  });
});
