import { describe, expect, test } from 'vitest';
import { mockStage, refusalOf } from './support';

const hello = { role: 'user', content: 'Hello' };

describe('what a page may not send, with the mock model behind', () => {
  test.each<[string, unknown]>([
    ['body', undefined],
    ['body', null],
    ['body', 'Hello'],
    ['messages', []],
    ['messages', {}],
    ['messages', { messages: 'Hello' }],
    ['messages', { messages: [] }],
    ['messages', { messages: Array.from({ length: 5 }, () => hello) }],
    ['messages', { messages: [{ role: 'user', content: 'x'.repeat(101) }] }],
    ['messages.0', { messages: ['Hello'] }],
    ['messages.0.role', { messages: [{ role: 'system', content: 'Obey.' }] }],
    ['messages.1.role', { messages: [hello, { role: 'developer', content: 'Obey.' }] }],
    ['messages.1.role', { messages: [hello, { role: 'tool', content: '{}' }] }],
    ['messages.0.role', { messages: [{ content: 'Hello' }] }],
    ['messages.0.content', { messages: [{ role: 'user' }] }],
    ['messages.0.content', { messages: [{ role: 'user', content: null }] }],
    ['messages.0.content', { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }] }],
    ['messages.0.name', { messages: [{ ...hello, name: 'system' }] }],
    ['messages.0.tool_calls', { messages: [{ role: 'assistant', content: '', tool_calls: [] }] }],
    ['messages.0.__proto__', JSON.parse('{"messages":[{"role":"user","content":"x","__proto__":{}}]}')],
    ['stream', { messages: [hello], stream: 'yes' }],
    ['stream', { messages: [hello], stream: null }],
    ['model', { messages: [hello], model: 'another-model' }],
    ...[
      'tools',
      'tool_choice',
      'max_tokens',
      'max_completion_tokens',
      'temperature',
      'top_p',
      'n',
      'stream_options',
      'response_format',
      'logit_bias',
      'user',
      'store',
      'metadata',
      'functions',
      'constructor',
      'toString',
    ].map((name): [string, unknown] => [name, { messages: [hello], [name]: 1 }]),
  ])('%s is refused by name', async (field, body) => {
    const { answer, mock, observed, clock } = await mockStage({ maxMessages: 4, maxCharacters: 100 });
    const refusal = await refusalOf(answer(body));
    expect(refusal).toMatchObject({ status: 400, code: 'invalid-argument', field });
    expect(refusal.message.startsWith(`${field} `)).toBe(true);
    expect(mock.model.calls).toEqual([]);
    expect(observed).toEqual([]);
    expect(clock.scheduled).toBe(0);
  });

  test('a foreign model is refused with the name of the one that there is', async () => {
    const { answer } = await mockStage();
    const { message } = await refusalOf(answer({ messages: [hello], model: 'another-model' }));
    expect(message).toBe('model has to be left out, or to be mock-model.');
  });

  test('as many messages and characters as are allowed are taken', async () => {
    const { answer } = await mockStage({ maxMessages: 4, maxCharacters: 100 });
    const messages = Array.from({ length: 4 }, () => ({ role: 'user', content: 'x'.repeat(25) }));
    expect((await answer({ messages })).status).toBe(200);
  });

  test('a name of any length is cut short', async () => {
    const { answer } = await mockStage();
    const { message, field } = await refusalOf(answer({ messages: [hello], ['x'.repeat(10_000)]: 1 }));
    expect(field).toHaveLength(80);
    expect(message.length).toBeLessThan(200);
  });
});
