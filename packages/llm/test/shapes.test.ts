import { describe, expect, test } from 'vitest';
import { textOf } from '../src';
import { chat, DONE, each, event, read, responseOf, STOP, said, shown } from './support/sources';

const finish = (reason: string) => event(chat({}, reason));

describe('known shapes', () => {
  test.each([
    [
      "OpenAI's Responses API",
      [
        { type: 'response.created', response: { error: null } },
        { type: 'response.reasoning_summary_text.delta', delta: 'He greets me.' },
        { type: 'response.output_text.delta', delta: 'Hello, ' },
        { type: 'response.function_call_arguments.delta', delta: '{"city":' },
        { type: 'response.output_text.delta', delta: 'visitor.' },
        { type: 'response.output_text.done', text: 'Hello, visitor.' },
        { type: 'response.completed', response: { output: [] } },
      ],
    ],
    [
      "Anthropic's messages",
      [
        { type: 'message_start', message: { content: [] } },
        { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
        {
          type: 'content_block_delta',
          index: 0,
          delta: { type: 'thinking_delta', thinking: 'He greets me.' },
        },
        { type: 'ping' },
        { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Hello, ' } },
        { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'visitor.' } },
        { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{' } },
        { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
        { type: 'message_stop' },
      ],
    ],
    [
      "the AI SDK's messages",
      [
        { type: 'start' },
        { type: 'reasoning-delta', id: '0', delta: 'He greets me.' },
        { type: 'text-start', id: '1' },
        { type: 'text-delta', id: '1', delta: 'Hello, ' },
        { type: 'text-delta', id: '1', delta: 'visitor.' },
        { type: 'text-end', id: '1' },
        { type: 'finish' },
      ],
    ],
    [
      "the AI SDK's full stream",
      [
        { type: 'text-delta', id: '1', text: 'Hello, ' },
        // The model hears of it, and goes on.
        { type: 'tool-error', toolCallId: '2', toolName: 'weather', error: new Error('no such city') },
        { type: 'text-delta', id: '1', text: 'visitor.' },
        { type: 'finish', finishReason: 'stop' },
      ],
    ],
    [
      "Ollama's generate",
      [
        { response: 'Hello, ', thinking: 'He greets me.', done: false },
        { response: 'visitor.', done: false },
        { response: '', done: true },
      ],
    ],
    [
      'chat chunks with reasoning, calls of tools and a second choice',
      [
        chat({ role: 'assistant', content: null, reasoning_content: 'He greets me.' }),
        chat({ content: '', reasoning: 'Politely.' }),
        { choices: [{ index: 1, delta: { content: 'Good day.' }, finish_reason: null }] },
        chat({ content: 'Hello, ' }),
        chat({
          content: [
            { type: 'thinking', thinking: [] },
            { type: 'text', text: 'visitor.' },
          ],
        }),
        chat({ tool_calls: [{ index: 0, function: { name: 'look', arguments: '{}' } }] }),
        chat({}, 'tool_calls'),
      ],
    ],
  ])('of %s only the text is spoken', async (_, chunks) => {
    expect(await read(textOf(each<object>(...chunks)))).toEqual({
      pieces: ['Hello, ', 'visitor.'],
      text: 'Hello, visitor.',
    });
    const response = responseOf(chunks.map((chunk) => event(chunk)));
    expect((await read(textOf(response))).text).toBe('Hello, visitor.');
    const broken = responseOf(chunks.slice(0, -1).map((chunk) => event(chunk)));
    expect((await read(textOf(broken))).error).toMatchObject({ code: 'network' });
  });

  test("a refusal is spoken: it is the model's answer", async () => {
    const chunks = [event(chat({ content: null, refusal: 'I would rather not.' })), STOP, DONE];
    expect(await read(textOf(responseOf(chunks)))).toMatchObject({ text: 'I would rather not.' });
    const events = [{ type: 'response.refusal.delta', delta: 'No.' }, { type: 'response.completed' }];
    expect(await read(textOf(each<object>(...events)))).toMatchObject({ text: 'No.' });
  });

  test('an answer that ends at the limit of tokens is whole', async () => {
    expect(await read(textOf(responseOf([said('Well, '), finish('length'), DONE])))).not.toHaveProperty(
      'error',
    );
    const events = [
      { type: 'response.incomplete', response: { incomplete_details: { reason: 'max_output_tokens' } } },
    ];
    expect(await read(textOf(each<object>(...events)))).not.toHaveProperty('error');
  });

  test.each([
    ['content_filter', [chat({ content: 'Well, ' }), chat({}, 'content_filter')]],
    [
      'content_filter',
      [
        { type: 'response.output_text.delta', delta: 'Well, ' },
        { type: 'response.incomplete', response: { incomplete_details: { reason: 'content_filter' } } },
      ],
    ],
    [
      'content_filter',
      [
        { type: 'text-delta', delta: 'Well, ' },
        { type: 'finish', finishReason: 'content-filter' },
      ],
    ],
    [
      'refusal',
      [
        { type: 'content_block_delta', delta: { type: 'text_delta', text: 'Well, ' } },
        { type: 'message_delta', delta: { stop_reason: 'refusal' } },
      ],
    ],
  ])('an answer cut short as %s says so after the text that came', async (serviceCode, chunks) => {
    expect(await read(textOf(each<object>(...chunks)))).toMatchObject({
      text: 'Well, ',
      error: { code: 'service-refused', serviceCode, retryable: false },
    });
  });
});

describe('failures within a stream', () => {
  const SECRET = 'sk-secret';

  test.each([
    ['an error event', event({ message: SECRET }, 'error'), 'network', undefined],
    ['an error event that is no JSON', `event: error\ndata: ${SECRET}\n\n`, 'network', undefined],
    [
      "the broker's error event",
      event({ error: { code: 'session-gone', message: SECRET } }, 'error'),
      'session-gone',
      undefined,
    ],
    [
      'an error object',
      event({ error: { message: SECRET, type: 'server_error' } }),
      'network',
      'server_error',
    ],
    ['an error text', event({ error: SECRET }), 'network', undefined],
    [
      'a limit',
      event({ error: { message: SECRET, code: 'rate_limit_exceeded' } }),
      'service-busy',
      'rate_limit_exceeded',
    ],
    [
      "Anthropic's",
      event({ type: 'error', error: { type: 'overloaded_error', message: SECRET } }, 'error'),
      'service-busy',
      'overloaded_error',
    ],
    [
      "the Responses API's",
      event({ type: 'error', code: 'server_error', message: SECRET }),
      'network',
      'server_error',
    ],
    [
      'a failed response',
      event({ type: 'response.failed', response: { error: { code: 'invalid_prompt', message: SECRET } } }),
      'service-refused',
      'invalid_prompt',
    ],
    ['one of the Responses API without a code', event({ type: 'error', code: null }), 'network', undefined],
    ["the AI SDK's", event({ type: 'error', errorText: SECRET }), 'network', undefined],
    ['an abort of the AI SDK', event({ type: 'abort' }), 'network', undefined],
    ['a code that might be a secret', event({ error: { code: SECRET } }), 'network', undefined],
    ['a code of another type', event({ error: { code: { a: SECRET } } }), 'network', undefined],
  ])('%s ends it after the text that came, and quotes nothing', async (_, frame, code, serviceCode) => {
    const { text, error } = await read(textOf(responseOf([said('Hello.') + frame + said(' More.'), DONE])));
    expect(text).toBe('Hello.');
    expect(error).toMatchObject({ name: 'AvatarError', code, service: 'model' });
    expect(Reflect.get(Object(error), 'serviceCode')).toBe(serviceCode);
    expect(shown(error)).not.toContain(SECRET);
  });

  test('a connection that breaks off fails as network, with what the platform said', async () => {
    const broken = new TypeError('terminated');
    let asked = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        asked += 1;
        if (asked === 1) controller.enqueue(new TextEncoder().encode(said('Hello.')));
        else controller.error(broken);
      },
    });
    const response = new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    const { text, error } = await read(textOf(response));
    expect(text).toBe('Hello.');
    expect(error).toMatchObject({ code: 'network', cause: broken });
  });
});

describe('other shapes', () => {
  const chunks = [{ token: 'Hello, ' }, { token: 'visitor.' }, { usage: 3 }];
  const pick = (chunk: unknown) => {
    const token = typeof chunk === 'object' && chunk !== null && Reflect.get(chunk, 'token');
    return typeof token === 'string' ? token : undefined;
  };

  test('are told, not passed over in silence', async () => {
    for (const source of [each<object>(...chunks), responseOf(chunks.map((chunk) => event(chunk)))]) {
      expect((await read(textOf(source))).error).toMatchObject({
        code: 'invalid-argument',
        message: expect.stringContaining('pick'),
      });
    }
  });

  test('are read with pick', async () => {
    expect((await read(textOf(each<object>(...chunks), { pick }))).text).toBe('Hello, visitor.');
    const response = responseOf(chunks.map((chunk) => event(chunk)));
    expect(await read(textOf(response, { pick }))).not.toHaveProperty('error');
  });

  test('that are no JSON reach pick as text', async () => {
    const response = responseOf(['data: Hello, \n\n', 'data: visitor.\n\n', DONE]);
    expect((await read(textOf(response, { pick: String }))).text).toBe('Hello, visitor.');
  });

  test('pick can leave known ones to textOf, hear of calls of tools, and say nothing for one', async () => {
    const tools: unknown[] = [];
    const call = chat({ tool_calls: [{ index: 0 }] });
    const source = each(
      chat({ content: 'Hello.' }),
      call,
      chat({ content: 'secret' }),
      chat({}, 'tool_calls'),
    );
    const { text } = await read(
      textOf(source, {
        pick(chunk) {
          if (chunk === call) tools.push(chunk);
          return JSON.stringify(chunk).includes('secret') ? '' : undefined;
        },
      }),
    );
    expect(text).toBe('Hello.');
    expect(tools).toEqual([call]);
  });

  test('what pick throws ends the answer', async () => {
    const mine = new Error('mine');
    const source = each<object>(...chunks);
    const pick = () => {
      throw mine;
    };
    expect((await read(textOf(source, { pick }))).error).toBe(mine);
    expect((await source.next()).done).toBe(true);
  });
});
