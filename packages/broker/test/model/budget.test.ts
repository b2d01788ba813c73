import { describe, expect, test, vi } from 'vitest';
import { memoryStore } from '../../src/memory';
import {
  chunk,
  DONE,
  finished,
  framesOf,
  mockStage,
  refusalOf,
  saying,
  sessionOf,
  spent,
  stage,
  usage,
} from './support';

const BODY = { messages: [{ role: 'user', content: 'Hello' }] };
const DAY_MS = 86_400_000;

describe('the budget, with the mock model over HTTP', () => {
  test('what the model counted is counted for the session and for its caller', async () => {
    const given = await mockStage({ system: 'Be brief.' });
    await (await given.answer(BODY)).json();
    // 2 and 1 words asked, 3 answered.
    expect(await spent(given)).toEqual({ session: 6, caller: 6 });
    await framesOf(await given.ask('Hello'));
    expect(await spent(given)).toEqual({ session: 12, caller: 12 });
    expect(given.observed).toEqual([
      { type: 'model', outcome: 'done', tokens: 6 },
      { type: 'model', outcome: 'done', tokens: 6 },
    ]);
  });

  test('a session that has used up its own asks no more, while another of the caller does', async () => {
    const given = await mockStage({ budget: { tokensPerSession: 4 } });
    await framesOf(await given.ask('Hello'));
    const refusal = await refusalOf(given.ask('Hello'));
    expect(refusal).toMatchObject({ status: 403, code: 'service-refused' });
    expect(refusal.retryAfterMs).toBeUndefined();
    expect(given.observed.at(-1)).toEqual({ type: 'limited', lane: 'model' });
    expect(given.mock.model.requests).toHaveLength(1);
    expect(given.clock.scheduled).toBe(0);
    const another = sessionOf(given.clock, { id: 'session-2' });
    expect((await given.ask('Hello', { session: another })).status).toBe(200);
  });

  test('a caller who has used up a day is told when the next begins, and then may ask', async () => {
    const given = await mockStage({ budget: { tokensPerCallerAndDay: 8 } });
    for (const id of ['session-1', 'session-2']) {
      await framesOf(await given.ask('Hello', { session: sessionOf(given.clock, { id }) }));
    }
    await given.clock.advance(3_600_000);
    const session = () => sessionOf(given.clock, { id: 'session-3' });
    const refusal = await refusalOf(given.ask('Hello', { session: session() }));
    expect(refusal).toMatchObject({
      status: 429,
      code: 'service-busy',
      retryAfterMs: DAY_MS - 3_600_000,
    });
    expect(given.observed.at(-1)).toEqual({ type: 'limited', lane: 'model' });
    const bob = sessionOf(given.clock, { id: 'session-4', caller: 'bob' });
    expect((await framesOf(await given.ask('Hello', { session: bob }))).at(-1)?.data).toBe('[DONE]');
    await given.clock.advance(refusal.retryAfterMs ?? 0);
    expect((await framesOf(await given.ask('Hello', { session: session() }))).at(-1)?.data).toBe('[DONE]');
  });

  test('a session keeps its window for as long as it may stand open', async () => {
    const given = await mockStage({ budget: { tokensPerSession: 4 } });
    const endsAt = given.clock.wallNow() + 3 * DAY_MS;
    const session = sessionOf(given.clock, { endsAt });
    await framesOf(await given.ask('Hello', { session }));
    await given.clock.advance(2 * DAY_MS);
    expect(await refusalOf(given.ask('Hello', { session }))).toMatchObject({ status: 403 });
  });
});

describe('what is counted when a scripted server does not', () => {
  // 8 for the system prompt's place, 8 for the message, 6 bytes asked.
  const PROMPT = 8 + 8 + 2;

  test.each([
    ['a third of the bytes', [chunk({ content: 'x'.repeat(300) }), finished(), DONE], PROMPT + 100],
    [
      'a third of the bytes of ideographs',
      [chunk({ content: '世'.repeat(100) }), finished(), DONE],
      PROMPT + 100,
    ],
    [
      'one for each piece',
      [...'abcdefgh'].map((content) => chunk({ content })).concat(finished()),
      PROMPT + 9,
    ],
    ['thoughts that the page never sees', [chunk({ reasoning: 'a' }).repeat(20), finished()], PROMPT + 21],
    [
      'the arguments of calls',
      [chunk({ tool_calls: [{ index: 0, function: { arguments: 'x'.repeat(90) } }] }), finished()],
      PROMPT + 30,
    ],
    [
      'zero from the server',
      [chunk({ content: 'x'.repeat(30) }), finished(), usage(0, 0), DONE],
      PROMPT + 10,
    ],
    [
      'more than its own sum',
      [
        chunk({}, { choices: [], usage: { prompt_tokens: 30, completion_tokens: 40, total_tokens: 7 } }),
        finished(),
      ],
      70,
    ],
  ])('%s', async (_what, chunks, tokens) => {
    const server = await saying(...chunks);
    const given = stage({ baseUrl: server.baseUrl });
    await (await given.answer(BODY)).json();
    expect(await spent(given)).toEqual({ session: tokens, caller: tokens });
  });

  test('a cut stream counts at least what came, and what the server had counted by then', async () => {
    const counted = chunk(
      { content: 'x' },
      { usage: { prompt_tokens: 500, completion_tokens: 1, total_tokens: 501 } },
    );
    const server = await saying(counted);
    const given = stage({ baseUrl: server.baseUrl });
    await framesOf(await given.ask('Hello'));
    expect((await spent(given)).session).toBe(501);
    const another = await saying(
      chunk({}, { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } }),
      chunk({ content: 'x'.repeat(300) }),
    );
    const second = stage({ baseUrl: another.baseUrl });
    await framesOf(await second.ask('Hello'));
    expect((await spent(second)).session).toBe(PROMPT + 100);
  });

  test('system prompt and tools count as they are sent', async () => {
    const server = await saying(finished(), DONE);
    const tools = [{ type: 'function', function: { name: 'x'.repeat(300) } }];
    const given = stage({ baseUrl: server.baseUrl, system: 's'.repeat(300), tools });
    await (await given.answer(BODY)).json();
    expect((await spent(given)).session).toBeGreaterThan(PROMPT + 200);
  });
});

describe('a store that fails', () => {
  test('before the question: nothing is asked, and nothing stays taken', async () => {
    const store = memoryStore();
    const failing = vi.spyOn(store, 'count').mockRejectedValueOnce(new Error('the store is away'));
    const server = await saying(finished(), DONE);
    const given = stage({ baseUrl: server.baseUrl }, { store });
    await expect(given.ask('Hello')).rejects.toThrow('the store is away');
    expect(server.requests).toEqual([]);
    failing.mockRestore();
    expect((await framesOf(await given.ask('Hello'))).at(-1)?.data).toBe('[DONE]');
    await given.proxy.settled();
    expect(given.clock.scheduled).toBe(0);
  });

  test('after the answer: the page has it, and the log says how many tokens are not counted', async () => {
    const store = memoryStore();
    const server = await saying(chunk({ content: 'Yes.' }), finished(), usage(3, 4), DONE);
    const given = stage({ baseUrl: server.baseUrl }, { store });
    const response = await given.ask('Hello');
    const failing = vi.spyOn(store, 'count').mockRejectedValue(new Error('the store is away'));
    expect((await framesOf(response)).at(-1)?.data).toBe('[DONE]');
    expect(given.log()).toMatch(/tokens could not be counted.*tokens,7/);
    expect(given.clock.scheduled).toBe(0);
    failing.mockRestore();
    // The lease was not given back either: it is over with its window.
    expect(await refusalOf(given.ask('Hello'))).toMatchObject({ status: 429 });
    await given.clock.advance(15_000);
    expect((await framesOf(await given.ask('Hello'))).at(-1)?.data).toBe('[DONE]');
  });
});
