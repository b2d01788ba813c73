import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ChatBody } from '../../src/index';
import { ID, opened, openOne, refused, stageBroker } from './scripted-broker';

const messages = [{ role: 'user', content: 'What can you do?' }] as const;
const closing = { reason: 'requested', keepalive: false } as const;

async function start(body: ChatBody = { messages }) {
  const stage = stageBroker({ headers: () => ({ authorization: 'Bearer me' }) });
  const { details } = await openOne(stage);
  const controller = new AbortController();
  const chatting = stage.source.chat(body, { signal: controller.signal });
  chatting.catch(() => {});
  await stage.clock.advance(0);
  return { stage, details, chatting, controller };
}

test('a conversation is posted for the open session with the login, as a stream unless it is wanted whole', async () => {
  const { stage } = await start();
  const { path, method, headers, json } = stage.last();
  expect([path, method, headers.get('authorization'), headers.get('content-type')]).toEqual([
    `/sessions/${ID}/chat/completions`,
    'POST',
    'Bearer me',
    'application/json',
  ]);
  expect(json).toEqual({ messages, stream: true });
  expect((await start({ messages, stream: false })).stage.last().json).toEqual({ messages, stream: false });
});

test('the answer is the response itself, of which nothing was read', async () => {
  const { stage, chatting } = await start();
  const response = new Response('data: [DONE]\n\n');
  await stage.last().answerWith(response);
  expect(await chatting).toBe(response);
  expect(response.bodyUsed).toBe(false);
});

test('without an open session nothing is asked', async () => {
  const stage = stageBroker();
  await expect(stage.source.chat({ messages })).rejects.toMatchObject({ code: 'not-connected' });
  const { details } = await openOne(stage);
  const closed = stage.source.close?.(details, closing);
  await expect(stage.source.chat({ messages })).rejects.toMatchObject({ code: 'not-connected' });
  await stage.clock.advance(0);
  await stage.last().answer(204);
  await closed;
  expect(stage.paths()).toEqual(['/sessions', '/close']);
});

test('of several sessions the one opened last answers, and when it is closed the one before it', async () => {
  const stage = stageBroker();
  await openOne(stage, { sessionId: 'first' });
  const { details } = await openOne(stage, { sessionId: 'second' });
  void stage.source.chat({ messages });
  await stage.clock.advance(0);
  expect(stage.last().path).toBe('/sessions/second/chat/completions');
  void stage.source.close?.(details, closing).catch(() => {});
  void stage.source.chat({ messages });
  await stage.clock.advance(0);
  expect(stage.last().path).toBe('/sessions/first/chat/completions');
});

test('a session that could not be opened is none to chat in', async () => {
  const stage = stageBroker();
  const opening = stage.source.open({ provider: 'livekit' }, { signal: new AbortController().signal });
  opening.catch(() => {});
  await stage.clock.advance(0);
  await stage.last().answer(201, opened({ provider: 'agora' }));
  await expect(opening).rejects.toMatchObject({ name: 'AvatarError' });
  await expect(stage.source.chat({ messages })).rejects.toMatchObject({ code: 'not-connected' });
});

test.each([
  [429, 'service-busy', { retryAfterMs: 1_500 }],
  [404, 'unsupported', {}],
  [404, 'session-gone', {}],
  [400, 'invalid-argument', {}],
  [502, 'network', { service: 'model' }],
] as const)(
  'an answer %i %s is that error, with what the broker adds, and is not repeated',
  async (status, code, more) => {
    const { stage, chatting } = await start();
    await stage.last().answer(status, refused(code, more));
    await expect(chatting).rejects.toMatchObject({ name: 'AvatarError', code, ...more });
    expect(stage.asked).toHaveLength(2);
  },
);

test('an answer in other words than the broker’s is an error by its status', async () => {
  const { stage, chatting } = await start();
  await stage.last().answerWith(new Response('<html>', { status: 503 }));
  await expect(chatting).rejects.toMatchObject({ code: 'network' });
});

test('no answer is network, and is not repeated: the model might answer twice', async () => {
  const { stage, chatting } = await start();
  await stage.last().fail();
  await expect(chatting).rejects.toMatchObject({ code: 'network', retryable: true });
  expect(stage.asked).toHaveLength(2);
});

test('a minute without an answer ends the request', async () => {
  const { stage, chatting } = await start();
  const request = stage.last();
  await stage.clock.advance(60_000);
  await expect(chatting).rejects.toMatchObject({ code: 'connect-timeout' });
  expect(request.aborted()).toBe(true);
});

test('an abort before the answer rejects with its reason and ends the request', async () => {
  const { stage, chatting, controller } = await start();
  controller.abort('enough');
  await expect(chatting).rejects.toBe('enough');
  expect(stage.last().aborted()).toBe(true);
});

test('an abort after the answer has begun ends its body', async () => {
  const { stage, chatting, controller } = await start();
  await stage.last().answerWith(new Response('data: '));
  await chatting;
  expect(stage.last().aborted()).toBe(false);
  controller.abort('enough');
  expect(stage.last().aborted()).toBe(true);
});

test('an answer may take longer than a minute once it has begun', async () => {
  const { stage, chatting } = await start();
  await stage.last().answerWith(new Response('data: '));
  await chatting;
  await stage.clock.advance(120_000);
  const request = stage.asked.find(({ path }) => path.endsWith('/chat/completions'));
  expect(request?.aborted()).toBe(false);
});

test('an abort before the call asks nothing', async () => {
  const stage = stageBroker();
  await openOne(stage);
  await expect(stage.source.chat({ messages }, { signal: AbortSignal.abort('no') })).rejects.toBe('no');
  expect(stage.paths()).toEqual(['/sessions']);
});

test('no listener is left on a signal whose call failed', async () => {
  const stage = stageBroker();
  await openOne(stage);
  const { signal } = new AbortController();
  const chatting = stage.source.chat({ messages }, { signal });
  chatting.catch(() => {});
  await stage.clock.advance(0);
  expect(getEventListeners(signal, 'abort').length).toBeGreaterThan(0);
  await stage.last().fail();
  await expect(chatting).rejects.toMatchObject({ code: 'network' });
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('no listener is left on a signal that lives on when its answer has begun', async () => {
  const { stage, chatting, controller } = await start();
  await stage.last().answerWith(new Response('data: [DONE]\n\n'));
  await chatting;
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});

describe('where the platform cannot join signals', () => {
  beforeEach(() => {
    vi.stubGlobal('AbortSignal', class extends AbortSignal {});
    Object.defineProperty(AbortSignal, 'any', { value: undefined });
  });
  afterEach(() => void vi.unstubAllGlobals());

  test('an abort ends the body of an answer all the same', async () => {
    const { stage, chatting, controller } = await start();
    await stage.last().answerWith(new Response('data: '));
    await chatting;
    controller.abort('enough');
    expect(stage.last().aborted()).toBe(true);
  });

  test('an abort while the login is looked up asks for nothing that goes on', async () => {
    let login = (_headers: HeadersInit) => {};
    const given = [{}, new Promise<HeadersInit>((resolve) => (login = resolve))];
    const stage = stageBroker({ headers: () => given.shift() ?? {} });
    await openOne(stage);
    const controller = new AbortController();
    const chatting = stage.source.chat({ messages }, { signal: controller.signal });
    chatting.catch(() => {});
    controller.abort('enough');
    await expect(chatting).rejects.toBe('enough');
    login({});
    await vi.waitFor(() => expect(stage.last().path).toMatch(/completions$/));
    expect(stage.last().aborted()).toBe(true);
  });
});
