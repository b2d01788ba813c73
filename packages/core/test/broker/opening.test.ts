import { afterEach, expect, test, vi } from 'vitest';
import { broker } from '../../src/broker/broker';
import { AvatarError } from '../../src/errors';
import { type Asked, BASE, ID, opened, openOne, refused, stageBroker } from './scripted-broker';

afterEach(() => vi.unstubAllGlobals());

function start(stage: ReturnType<typeof stageBroker>) {
  const controller = new AbortController();
  const opening = stage.source.open({ provider: 'livekit' }, { signal: controller.signal });
  opening.catch(() => {});
  return { opening, controller };
}

test('open posts what is wanted, with a key and a secret of 128 bits, and gives the details', async () => {
  const stage = stageBroker({
    headers: () => ({ authorization: 'Bearer me' }),
    request: { preset: 'guide', language: 'en', mode: 'dialogue' },
  });
  const { details, request } = await openOne(stage);

  expect([request.path, request.method]).toEqual(['/sessions', 'POST']);
  expect(Object.fromEntries(request.headers)).toEqual({
    authorization: 'Bearer me',
    'content-type': 'application/json',
    'idempotency-key': '01'.repeat(16),
  });
  expect(request.json).toEqual({
    provider: 'livekit',
    closeSecret: '02'.repeat(16),
    preset: 'guide',
    language: 'en',
    mode: 'dialogue',
  });
  const { beatEveryMs: _, ...rest } = opened();
  expect(details).toEqual(rest);
});

test('the close secret is not in the details', async () => {
  const { details, request } = await openOne(stageBroker());
  expect(JSON.stringify(details)).not.toContain(request.json.closeSecret);
});

test('each session has a key and a secret of its own, of the bits that the platform gives', async () => {
  const seen = new Set<unknown>();
  for (let count = 0; count < 20; count += 1) {
    const asked: RequestInit[] = [];
    const source = broker(BASE, {
      fetch: async (_address, init) => {
        asked.push(init ?? {});
        return new Response(JSON.stringify(opened()), { status: 201 });
      },
    });
    const details = await source.open({ provider: 'livekit' }, { signal: new AbortController().signal });
    const key = new Headers(asked[0]?.headers).get('idempotency-key');
    const { closeSecret } = JSON.parse(String(asked[0]?.body));
    for (const value of [key, closeSecret]) {
      expect(value).toMatch(/^[0-9a-f]{32}$/);
      seen.add(value);
    }
    await source.close?.(details, { reason: 'requested', keepalive: false });
  }
  expect(seen.size).toBe(40);
});

test('a slash at the end of the url is one too many, and is left out', async () => {
  const stage = stageBroker({}, `${BASE}//`);
  await openOne(stage);
  expect(stage.paths()).toEqual(['/sessions']);
});

test.each(['', '/api?x=1', '/api#x'])('the url %j is refused by name', (url) => {
  expect(() => broker(url)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  expect(() => broker(url)).toThrow(/url/);
});

test('a relative url is taken on a server, and refused by name when a session is opened there', async () => {
  const source = broker('/api/avatar');
  await expect(
    source.open({ provider: 'livekit' }, { signal: new AbortController().signal }),
  ).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining('url'),
  });
});

// What the broker refuses

test.each([
  [400, 'invalid-argument'],
  [401, 'service-refused'],
  [404, 'unsupported'],
  [409, 'session-gone'],
  [500, 'network'],
  [503, 'service-busy'],
  [504, 'connect-timeout'],
] as const)("an answer %i with the broker's code %s is that error", async (status, code) => {
  const stage = stageBroker();
  const { opening } = start(stage);
  await stage.clock.advance(0);
  await stage.last().answer(status, refused(code));
  await expect(opening).rejects.toMatchObject({ name: 'AvatarError', code, message: `It is ${code}.` });
  expect(stage.asked).toHaveLength(1);
  expect(stage.clock.pendingTimers).toBe(0);
});

test('an error keeps how long to wait, the service and its code, and nothing else that was said', async () => {
  const stage = stageBroker();
  const { opening } = start(stage);
  await stage.clock.advance(0);
  await stage
    .last()
    .answer(
      429,
      refused('service-busy', { retryAfterMs: 1_500, service: 'akool', serviceCode: 1_017, secret: 'x' }),
    );
  const error = await opening.catch((failed: unknown) => failed);
  expect(error).toBeInstanceOf(AvatarError);
  expect({ ...(error as AvatarError) }).toEqual({
    name: 'AvatarError',
    code: 'service-busy',
    retryable: true,
    retryAfterMs: 1_500,
    service: 'akool',
    serviceCode: 1_017,
  });
});

test('fields of an error that are not of their type are left out, and its words are cut', async () => {
  const stage = stageBroker();
  const { opening } = start(stage);
  await stage.clock.advance(0);
  const odd = { message: 'm'.repeat(2_000), retryAfterMs: '5', service: 1, serviceCode: {} };
  await stage.last().answer(429, refused('service-busy', odd));
  const error = await opening.catch((failed: unknown) => failed);
  expect({ ...(error as AvatarError) }).toEqual({
    name: 'AvatarError',
    code: 'service-busy',
    retryable: true,
  });
  expect((error as AvatarError).message).toBe('m'.repeat(500));
});

test.each([
  [401, 'service-refused'],
  [404, 'service-refused'],
  [408, 'service-refused'],
  [429, 'service-busy'],
  [500, 'network'],
  [503, 'network'],
  [200, 'network'],
  [204, 'network'],
] as const)('a status %i in the words of somebody else is %s', async (status, code) => {
  for (const body of [
    null,
    '<h1>no</h1>',
    '{"error":{"code":"toString","message":4}}',
    '{"error":7}',
    '[]',
    'null',
  ]) {
    // It has no body.
    if (status === 204 && body !== null) continue;
    const stage = stageBroker();
    const { opening } = start(stage);
    await stage.clock.advance(0);
    await stage.last().answerWith(new Response(body, { status }));
    await expect(opening).rejects.toMatchObject({
      name: 'AvatarError',
      code,
      message: expect.stringContaining(`${status}`),
    });
  }
});

test('an answer without an id that can be closed is an error and nothing else', async () => {
  for (const body of [
    undefined,
    'text',
    [],
    { ...opened(), sessionId: 7 },
    { ...opened(), sessionId: undefined },
  ]) {
    const stage = stageBroker();
    const { opening } = start(stage);
    await stage.clock.advance(0);
    await stage.last().answer(201, body);
    await expect(opening).rejects.toMatchObject({ code: 'network' });
    expect(stage.asked).toHaveLength(1);
  }
});

test.each([
  ['another provider', { provider: 'agora' }],
  ['no credentials', { credentials: undefined }],
  ['credentials that are null', { credentials: null }],
  ['credentials that are text', { credentials: 'a-token' }],
  ['no beat', { beatEveryMs: undefined }],
  ['a beat without a pause', { beatEveryMs: 0 }],
  ['an end that is no number', { expiresInMs: '600' }],
  ['an end before its beginning', { expiresInMs: -1 }],
  ['an id with a path in it', { sessionId: '../../x' }],
])('an answer with %s is an error, and what was opened is closed', async (_name, changes) => {
  const stage = stageBroker();
  const { opening } = start(stage);
  await stage.clock.advance(0);
  const { json } = stage.last();
  const body = opened(changes);
  await stage.last().answer(201, body);
  await expect(opening).rejects.toMatchObject({ code: 'network' });
  expect(stage.paths()).toEqual(['/sessions', '/close']);
  expect(stage.last().json).toEqual({ id: body.sessionId, secret: json.closeSecret });
  await stage.last().answer(204);
  expect(stage.clock.pendingTimers).toBe(0);
});

// The login

test('headers() is asked anew for each request', async () => {
  let tokens = 0;
  const stage = stageBroker({
    async headers() {
      tokens += 1;
      return [['authorization', `Bearer ${tokens}`]];
    },
  });
  await openOne(stage);
  await stage.clock.advance(30_000);
  expect(stage.asked.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer 1', 'Bearer 2']);
});

test('headers() cannot change the key of the request', async () => {
  const stage = stageBroker({ headers: () => ({ 'Idempotency-Key': 'mine', 'Content-Type': 'text/html' }) });
  const { request } = await openOne(stage);
  expect(request.headers.get('idempotency-key')).toBe('01'.repeat(16));
  expect(request.headers.get('content-type')).toBe('application/json');
});

test.each([
  [
    'throws',
    () => {
      throw new Error('logged out');
    },
  ],
  ['rejects', () => Promise.reject(new Error('logged out'))],
])('headers() that %s makes open reject, with the cause, and nothing is asked', async (_name, headers) => {
  const stage = stageBroker({ headers });
  const { opening } = start(stage);
  await expect(opening.catch((error: unknown) => error)).resolves.toMatchObject({
    code: 'network',
    cause: expect.objectContaining({ message: 'logged out' }),
  });
  expect(stage.asked).toEqual([]);
});

test('headers() that no request can have make open reject', async () => {
  const stage = stageBroker({ headers: () => ({ authorization: 'two\nlines' }) });
  await expect(start(stage).opening).rejects.toMatchObject({ code: 'network' });
});

test('an AvatarError of headers() is what open rejects with', async () => {
  const error = new AvatarError('service-refused', 'Please log in.');
  const stage = stageBroker({ headers: () => Promise.reject(error) });
  await expect(start(stage).opening).rejects.toBe(error);
});

// The network

test('no answer: asked once more after a second, with the same key and secret', async () => {
  const stage = stageBroker();
  const { opening } = start(stage);
  await stage.clock.advance(0);
  await stage.last().fail();
  await stage.clock.advance(999);
  expect(stage.asked).toHaveLength(1);
  await stage.clock.advance(1);
  expect(stage.asked).toHaveLength(2);
  const [first, second] = stage.asked;
  expect(second?.text).toBe(first?.text);
  expect(second?.headers.get('idempotency-key')).toBe(first?.headers.get('idempotency-key'));
  await stage.last().answer(201, opened());
  await expect(opening).resolves.toMatchObject({ sessionId: ID });
});

test('an answer that breaks off counts as none', async () => {
  const stage = stageBroker();
  start(stage);
  await stage.clock.advance(0);
  const broken = new ReadableStream({ pull: (controller) => controller.error(new TypeError('terminated')) });
  await stage.last().answerWith(new Response(broken, { status: 201 }));
  await stage.clock.advance(1_000);
  expect(stage.paths()).toEqual(['/sessions', '/sessions']);
});

test('no answer twice is the end of it', async () => {
  const stage = stageBroker();
  const { opening } = start(stage);
  await stage.clock.advance(0);
  await stage.last().fail();
  await stage.clock.advance(1_000);
  await stage.last().fail();
  await expect(opening).rejects.toMatchObject({
    code: 'network',
    retryable: true,
    cause: expect.objectContaining({ message: 'fetch failed' }),
  });
  expect(stage.asked).toHaveLength(2);
  expect(stage.clock.pendingTimers).toBe(0);
});

test.each(['service-busy', 'session-gone'])(
  'the broker had the first request (409 %s): it closes what came of that, and a fresh key gets the user in',
  async (code) => {
    const stage = stageBroker();
    const { opening } = start(stage);
    await stage.clock.advance(0);
    await stage.last().fail();
    await stage.clock.advance(1_000);
    await stage.last().answer(409, refused(code, { retryAfterMs: 5_000 }));
    expect(stage.asked).toHaveLength(3);
    const [first, , fresh] = stage.asked;
    expect(fresh?.headers.get('idempotency-key')).not.toBe(first?.headers.get('idempotency-key'));
    expect(fresh?.json.closeSecret).not.toBe(first?.json.closeSecret);
    await stage.last().answer(201, opened());
    const details = await opening;
    void stage.source.close?.(details, { reason: 'requested', keepalive: false });
    expect(stage.last().json).toEqual({ id: ID, secret: fresh?.json.closeSecret });
  },
);

test('what the fresh key is refused with is what open rejects with', async () => {
  const stage = stageBroker();
  const { opening } = start(stage);
  await stage.clock.advance(0);
  await stage.last().fail();
  await stage.clock.advance(1_000);
  await stage.last().answer(409, refused('session-gone'));
  await stage.last().answer(429, refused('service-busy', { retryAfterMs: 700 }));
  await expect(opening).rejects.toMatchObject({ code: 'service-busy', retryAfterMs: 700 });
  expect(stage.asked).toHaveLength(3);
});

test('what the repetition is refused with, other than for its key, is what open rejects with', async () => {
  const stage = stageBroker();
  const { opening } = start(stage);
  await stage.clock.advance(0);
  await stage.last().fail();
  await stage.clock.advance(1_000);
  await stage.last().answer(403, refused('service-refused'));
  await expect(opening).rejects.toMatchObject({ code: 'service-refused' });
  expect(stage.asked).toHaveLength(2);
});

test('a broker that does not answer for a minute is given up, and its request aborted', async () => {
  const stage = stageBroker();
  const { opening } = start(stage);
  await stage.clock.advance(59_999);
  expect(stage.last().aborted()).toBe(false);
  await stage.clock.advance(1);
  await expect(opening).rejects.toMatchObject({ code: 'connect-timeout' });
  expect(stage.last().aborted()).toBe(true);
  expect(stage.asked).toHaveLength(1);
  expect(stage.clock.pendingTimers).toBe(0);
});

// An abort

test('an abort before open asks nothing', async () => {
  const stage = stageBroker({
    headers: () => {
      throw new Error('not to be asked');
    },
  });
  await expect(stage.source.open({ provider: 'livekit' }, { signal: AbortSignal.abort('no') })).rejects.toBe(
    'no',
  );
  expect(stage.asked).toEqual([]);
});

test('an abort while headers() is awaited asks nothing', async () => {
  let give: (headers: HeadersInit) => void = () => {};
  const stage = stageBroker({ headers: () => new Promise((resolve) => (give = resolve)) });
  const { opening, controller } = start(stage);
  await stage.clock.advance(0);
  controller.abort('enough');
  await expect(opening).rejects.toBe('enough');
  give({});
  await stage.clock.advance(2_000);
  expect(stage.asked.filter(({ aborted }) => !aborted())).toEqual([]);
  expect(stage.clock.pendingTimers).toBe(0);
});

test('an abort while the broker opens rejects at once; what comes of the request is closed', async () => {
  const stage = stageBroker();
  const { opening, controller } = start(stage);
  await stage.clock.advance(0);
  const request = stage.last();
  controller.abort('enough');
  await expect(opening).rejects.toBe('enough');
  await stage.clock.advance(20_000);
  await request.answer(201, opened());
  expect(stage.paths()).toEqual(['/sessions', '/close']);
  expect(stage.last().json).toEqual({ id: ID, secret: request.json.closeSecret });
  await stage.last().answer(204);
  expect(stage.clock.pendingTimers).toBe(0);
});

test.each([
  ['is refused', (request: Asked) => request.answer(503, refused('service-busy'))],
  ['gets no answer', (request: Asked) => request.fail()],
])('after an abort, a request that %s is not repeated', async (_how, end) => {
  const stage = stageBroker();
  const { opening, controller } = start(stage);
  await stage.clock.advance(0);
  controller.abort('enough');
  await expect(opening).rejects.toBe('enough');
  await end(stage.last());
  await stage.clock.advance(120_000);
  expect(stage.asked).toHaveLength(1);
  expect(stage.clock.pendingTimers).toBe(0);
});

test('after an abort a broker that does not answer is given up after a minute all the same', async () => {
  const stage = stageBroker();
  const { opening, controller } = start(stage);
  await stage.clock.advance(1_000);
  controller.abort('enough');
  await expect(opening).rejects.toBe('enough');
  await stage.clock.advance(59_000);
  expect(stage.last().aborted()).toBe(true);
  expect(stage.clock.pendingTimers).toBe(0);
});

test('an abort before the fresh key asks for nothing more', async () => {
  const stage = stageBroker();
  const { opening, controller } = start(stage);
  await stage.clock.advance(0);
  await stage.last().fail();
  await stage.clock.advance(1_000);
  controller.abort('enough');
  await expect(opening).rejects.toBe('enough');
  await stage.last().answer(409, refused('session-gone'));
  expect(stage.asked).toHaveLength(2);
  expect(stage.clock.pendingTimers).toBe(0);
});

test('a page that goes away hangs up, so that the broker closes what it opens', async () => {
  const defaultView = new EventTarget();
  vi.stubGlobal('document', { baseURI: 'https://app.example/', defaultView });
  const stage = stageBroker();
  const { opening, controller } = start(stage);
  await stage.clock.advance(0);
  // The session first, as it listens for longer.
  controller.abort('page-hidden');
  defaultView.dispatchEvent(new Event('pagehide'));
  await expect(opening).rejects.toBe('page-hidden');
  expect(stage.last().aborted()).toBe(true);
  await stage.clock.advance(120_000);
  expect(stage.asked).toHaveLength(1);
  expect(stage.clock.pendingTimers).toBe(0);
});

test('a session that came before the page went away is not hung up on', async () => {
  const defaultView = new EventTarget();
  const removed = vi.spyOn(defaultView, 'removeEventListener');
  vi.stubGlobal('document', { baseURI: 'https://app.example/', defaultView });
  const stage = stageBroker();
  await openOne(stage);
  expect(removed).toHaveBeenCalledWith('pagehide', expect.any(Function), { capture: true });
  defaultView.dispatchEvent(new Event('pagehide'));
  expect(stage.asked.some(({ aborted }) => aborted())).toBe(false);
});

test('an abort before the repetition stops it', async () => {
  const stage = stageBroker();
  const { opening, controller } = start(stage);
  await stage.clock.advance(0);
  await stage.last().fail();
  await stage.clock.advance(500);
  controller.abort('enough');
  await expect(opening).rejects.toBe('enough');
  expect(stage.clock.pendingTimers).toBe(0);
  await stage.clock.advance(10_000);
  expect(stage.asked).toHaveLength(1);
});

test('an abort in the turn in which the answer comes closes what came', async () => {
  const stage = stageBroker();
  const { opening, controller } = start(stage);
  await stage.clock.advance(0);
  const request = stage.last();
  const answered = request.answer(201, opened());
  controller.abort('enough');
  await answered;
  await expect(opening).rejects.toBe('enough');
  expect(stage.paths()).toEqual(['/sessions', '/close']);
  await stage.last().answer(204);
  await stage.clock.advance(60_000);
  expect(stage.asked).toHaveLength(2);
  expect(stage.clock.pendingTimers).toBe(0);
});
