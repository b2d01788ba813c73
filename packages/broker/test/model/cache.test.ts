import { describe, expect, test } from 'vitest';
import {
  at,
  chunk,
  DONE,
  finished,
  framesOf,
  type MockStage,
  mockStage,
  saying,
  sessionOf,
  spent,
  stage,
  textOf,
  usage,
} from './support';

const CACHE = { cache: { entries: 3, ttlMs: 60_000 } };

async function said({ ask }: Pick<MockStage, 'ask'>, content: string): Promise<string> {
  return textOf(await framesOf(await ask(content)));
}

describe('the cache, before the mock model over HTTP', () => {
  test('a first question asked again comes from it: in pieces, for nothing, to any caller', async () => {
    const given = await mockStage(CACHE);
    const first = await framesOf(await given.ask('Who are you?'));
    const before = await spent(given);
    const bob = sessionOf(given.clock, { id: 'session-2', caller: 'bob' });
    const second = await framesOf(await given.ask('  WHO are you?\n', { session: bob }));
    expect(given.mock.model.requests).toHaveLength(1);
    expect(textOf(second)).toBe(textOf(first));
    expect(second).toHaveLength(first.length);
    expect(second[0]?.data).toMatchObject({ choices: [{ delta: { role: 'assistant' } }] });
    expect(at(second.at(-3)?.data, 'choices', 0, 'finish_reason')).toBe('stop');
    expect(at(second.at(-2)?.data, 'usage', 'total_tokens')).toBe(0);
    expect(second.at(-1)?.data).toBe('[DONE]');
    expect(at(second[0]?.data, 'model')).toBe('mock-model');
    expect(await spent(given)).toEqual(before);
    expect(await spent(given, 'session-2', 'bob')).toEqual({ session: 0, caller: 0 });
    expect(given.observed.at(-1)).toEqual({ type: 'model', outcome: 'cached', tokens: 0 });
    expect(given.clock.scheduled).toBe(0);
  });

  test('it answers where the budget is used up, and where JSON is asked for', async () => {
    const given = await mockStage({ ...CACHE, budget: { tokensPerSession: 1 } });
    await said(given, 'Hello');
    const response = await given.answer({ messages: [{ role: 'user', content: 'Hello' }] });
    expect(await response.json()).toMatchObject({
      choices: [{ message: { role: 'assistant', content: 'You said: Hello' }, finish_reason: 'stop' }],
      usage: { total_tokens: 0 },
    });
  });

  test('text is given as it was, white space and all', async () => {
    const server = await saying(chunk({ content: '\n  Two\n\nlines,  世界 \t' }), finished(), DONE);
    const given = stage({ baseUrl: server.baseUrl, ...CACHE });
    expect(await said(given, 'x')).toBe(await said(given, 'x'));
    expect(server.requests).toHaveLength(1);
  });

  test('longer conversations, and first words of the assistant, are asked and not kept', async () => {
    const given = await mockStage(CACHE);
    const user = { role: 'user', content: 'Hello' };
    for (const messages of [
      [user, { role: 'assistant', content: 'Hi' }, user],
      [{ role: 'assistant', content: 'Hello' }],
      [user],
    ]) {
      await (await given.answer({ messages })).json();
    }
    expect(given.mock.model.requests).toHaveLength(3);
  });

  test('another text is another question', async () => {
    const given = await mockStage(CACHE);
    for (const text of ['Hello', 'Hello!', 'Hel lo']) await said(given, text);
    expect(given.mock.model.requests).toHaveLength(3);
  });

  test('an answer is forgotten after its time', async () => {
    const given = await mockStage(CACHE);
    await said(given, 'Hello');
    await given.clock.advance(59_999);
    await said(given, 'Hello');
    expect(given.mock.model.requests).toHaveLength(1);
    await given.clock.advance(1);
    await said(given, 'Hello');
    expect(given.mock.model.requests).toHaveLength(2);
  });

  test('of too many, the one that was not used for longest goes', async () => {
    const given = await mockStage(CACHE);
    for (const text of ['a', 'b', 'c', 'a', 'd']) await said(given, text);
    expect(given.mock.model.requests).toHaveLength(4);
    for (const text of ['a', 'c', 'd']) await said(given, text);
    expect(given.mock.model.requests).toHaveLength(4);
    await said(given, 'b');
    expect(given.mock.model.requests).toHaveLength(5);
  });

  test('without the option nothing is kept', async () => {
    const given = await mockStage();
    for (const text of ['a', 'a']) await said(given, text);
    expect(given.mock.model.requests).toHaveLength(2);
  });

  test('an answer that was cut, or given up, is not kept', async () => {
    const given = await mockStage(CACHE);
    given.mock.model.fail('cut');
    await framesOf(await given.ask('Hello'));
    await (await given.ask('Hello')).body?.cancel();
    expect(await said(given, 'Hello')).toBe('You said: Hello');
    expect(given.mock.model.requests).toHaveLength(3);
  });

  test('the page may go in the middle of one', async () => {
    const given = await mockStage(CACHE);
    await said(given, 'Hello');
    await (await given.ask('Hello')).body?.cancel();
    expect(given.observed.at(-1)).toEqual({ type: 'model', outcome: 'aborted', tokens: 0 });
    await given.proxy.settled();
    expect(given.clock.scheduled).toBe(0);
  });

  test.each([
    ['a reason other than stop', [chunk({ content: 'A' }), finished('length'), DONE]],
    ['no reason', [chunk({ content: 'A' }), DONE]],
    ['a reason that nobody knows', [chunk({ content: 'A' }), finished('bored'), DONE]],
    ['a tool call', [chunk({ content: 'A', tool_calls: [{ index: 0, id: 'call' }] }), finished(), DONE]],
    ['no text', [finished(), usage(1, 0), DONE]],
    ['more than 16384 characters', [chunk({ content: 'x'.repeat(16_385) }), finished(), DONE]],
  ])('an answer of a scripted server with %s is not kept', async (_what, chunks) => {
    const server = await saying(...chunks);
    const given = stage({ baseUrl: server.baseUrl, ...CACHE });
    for (const _ of [1, 2]) await said(given, 'Hello');
    expect(server.requests).toHaveLength(2);
  });

  test('a question of more than 512 characters is not kept', async () => {
    const given = await mockStage(CACHE);
    for (const length of [512, 512, 513, 513]) await said(given, 'x'.repeat(length));
    expect(given.mock.model.requests).toHaveLength(3);
  });
});
