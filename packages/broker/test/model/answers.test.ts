import { describe, expect, test, vi } from 'vitest';
import {
  at,
  chunk,
  DONE,
  EVENT_STREAM,
  finished,
  framesOf,
  mockStage,
  refusalOf,
  saying,
  scripted,
  stage,
  textOf,
  usage,
} from './support';

const HELLO = [{ role: 'user', content: 'Hello there' }];

describe('an answer of the mock model over HTTP', () => {
  test('comes as frames of our own, with [DONE] at the end', async () => {
    const { ask, clock } = await mockStage();
    const response = await ask('Hello there');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    const frames = await framesOf(response);
    expect(textOf(frames)).toBe('You said: Hello there');
    expect(frames[0]?.data).toEqual({
      id: expect.stringMatching(/^chatcmpl-[a-z0-9]{24}$/),
      object: 'chat.completion.chunk',
      created: Math.floor(clock.wallNow() / 1_000),
      model: 'mock-model',
      choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
    });
    expect(at(frames.at(-3)?.data, 'choices', 0, 'finish_reason')).toBe('stop');
    expect(at(frames.at(-2)?.data, 'usage')).toEqual({
      prompt_tokens: 2,
      completion_tokens: 4,
      total_tokens: 6,
    });
    expect(frames.at(-1)?.data).toBe('[DONE]');
    expect(clock.scheduled).toBe(0);
  });

  test('comes as one JSON completion where no stream is asked for', async () => {
    const { answer, clock } = await mockStage();
    const response = await answer({ messages: HELLO });
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({
      id: expect.stringMatching(/^chatcmpl-/),
      object: 'chat.completion',
      created: Math.floor(clock.wallNow() / 1_000),
      model: 'mock-model',
      choices: [
        { index: 0, message: { role: 'assistant', content: 'You said: Hello there' }, finish_reason: 'stop' },
      ],
      usage: { prompt_tokens: 2, completion_tokens: 4, total_tokens: 6 },
    });
    expect(clock.scheduled).toBe(0);
  });

  test('is asked for with the system prompt of the server before what the page says', async () => {
    const { answer, mock } = await mockStage({ system: 'Be brief.' });
    const messages = [...HELLO, { role: 'assistant', content: 'Hi.' }, { role: 'user', content: 'And now?' }];
    await (await answer({ messages, model: 'mock-model' })).json();
    expect(mock.model.requests).toMatchObject([
      { messages: [{ role: 'system', content: 'Be brief.' }, ...messages], stream: true, state: 'finished' },
    ]);
  });

  test('ends with length at the most tokens that the server allows', async () => {
    const { answer } = await mockStage({ maxAnswerTokens: 3 });
    const body = await (await answer({ messages: HELLO })).json();
    expect(at(body, 'choices', 0)).toMatchObject({
      message: { content: 'You said: Hello' },
      finish_reason: 'length',
    });
  });
});

describe('what is sent to a scripted server', () => {
  test('is the conversation and what is configured, and nothing else', async () => {
    const server = await saying(finished(), DONE);
    const tools = [{ type: 'function', function: { name: 'look_up' } }];
    const { answer } = stage({
      baseUrl: `${server.baseUrl}/`,
      model: 'big',
      system: 'Be kind.',
      temperature: 0.2,
      tools,
    });
    await (await answer({ messages: HELLO })).json();
    expect(server.requests).toEqual([
      {
        model: 'big',
        messages: [{ role: 'system', content: 'Be kind.' }, ...HELLO],
        max_completion_tokens: 1_024,
        temperature: 0.2,
        tools,
        stream: true,
        stream_options: { include_usage: true },
      },
    ]);
  });

  test('suits servers that know the older name of the limit and refuse stream_options', async () => {
    const server = await saying(finished(), DONE);
    const { answer } = stage({
      baseUrl: server.baseUrl,
      tokenLimitField: 'max_tokens',
      asksForUsage: false,
      maxAnswerTokens: 50,
    });
    await (await answer({ messages: HELLO })).json();
    expect(server.requests).toEqual([{ model: 'mock-model', messages: HELLO, max_tokens: 50, stream: true }]);
  });

  test('leaves the connection fit for the next question', async () => {
    const ports: (number | undefined)[] = [];
    let end = () => {};
    const server = await scripted((response) => {
      ports.push(response.socket?.remotePort);
      response.writeHead(200, EVENT_STREAM);
      response.write(chunk({ content: 'Yes.' }) + finished() + DONE);
      end = () => response.end();
    });
    const { ask, clock } = stage({ baseUrl: server.baseUrl });
    for (const _ of [1, 2, 3, 4, 5, 6]) {
      const whole = framesOf(await ask('Sure?'));
      let isOver = false;
      void whole.then(() => {
        isOver = true;
      });
      await clock.advance(100);
      expect(isOver).toBe(false);
      end();
      expect(textOf(await whole)).toBe('Yes.');
    }
    expect(server.aborted).toBe(0);
    // Node's client goes to and fro between two.
    expect(new Set(ports).size).toBeLessThan(3);
    expect(clock.scheduled).toBe(0);
  });
});

describe('tool calls of a scripted server', () => {
  const call = (index: number, more: object) => chunk({ tool_calls: [{ index, ...more }] });
  const chunks = [
    chunk({ role: 'assistant', content: null }),
    call(0, { id: 'call_1', type: 'function', function: { name: 'look', arguments: '' }, secret: 'x' }),
    call(0, { function: { arguments: '{"at":' } }),
    call(1, { id: 'call_2', type: 'function', function: { name: 'wave', arguments: '{}' } }),
    call(0, { function: { arguments: '"sky"}' } }),
    finished('tool_calls'),
    usage(3, 9),
    DONE,
  ];

  test('reach the page piece by piece, field by field', async () => {
    const server = await saying(...chunks);
    const frames = await framesOf(await stage({ baseUrl: server.baseUrl }).ask('Look up.'));
    expect(at(frames[1]?.data, 'choices', 0, 'delta')).toEqual({
      tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'look', arguments: '' } }],
    });
    expect(at(frames[2]?.data, 'choices', 0, 'delta', 'tool_calls', 0, 'function')).toEqual({
      arguments: '{"at":',
    });
    expect(at(frames[5]?.data, 'choices', 0, 'finish_reason')).toBe('tool_calls');
  });

  test('are put together in one JSON completion', async () => {
    const server = await saying(...chunks);
    const body = await (await stage({ baseUrl: server.baseUrl }).answer({ messages: HELLO })).json();
    expect(at(body, 'choices', 0)).toEqual({
      index: 0,
      message: {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"at":"sky"}' } },
          { id: 'call_2', type: 'function', function: { name: 'wave', arguments: '{}' } },
        ],
      },
      finish_reason: 'tool_calls',
    });
  });
});

describe('the life of the proxy before the mock model', () => {
  test('after a stop nothing is begun, and what is under way comes to its end', async () => {
    const { ask, proxy, clock, mock } = await mockStage({}, { pieceMs: 100 });
    const response = await ask('One two');
    proxy.stop();
    expect(await refusalOf(ask('Three'))).toMatchObject({ status: 503, code: 'service-busy' });
    const frames = framesOf(response);
    for (const pieces of [1, 2, 3, 4]) {
      await clock.advance(100);
      await vi.waitFor(() => expect(mock.model.pieces).toBe(pieces));
    }
    expect(textOf(await frames)).toBe('You said: One two');
    await proxy.settled();
    expect(clock.scheduled).toBe(0);
  });

  test('ten seconds after a stop it ends what is under way, read or not, and says so to the page', async () => {
    const { ask, proxy, clock, mock } = await mockStage({ silenceMs: 60_000 }, { pieceMs: 20_000 });
    const response = await ask('One two');
    proxy.stop();
    await clock.advance(10_000);
    await proxy.settled();
    await vi.waitFor(() => expect(mock.model.requests[0]?.state).toBe('aborted'));
    const frames = await framesOf(response);
    expect(frames.at(-1)).toMatchObject({ event: 'error', data: { error: { code: 'service-busy' } } });
    await vi.waitFor(() => expect(clock.scheduled).toBe(0));
  });

  test('an answer ends with its session', async () => {
    const { ask, clock, mock, proxy } = await mockStage({ silenceMs: 3_600_000 }, { pieceMs: 3_000_000 });
    const response = await ask('One two');
    const frames = framesOf(response);
    await clock.advance(600_000);
    await proxy.settled();
    expect((await frames).at(-1)).toMatchObject({
      event: 'error',
      data: { error: { code: 'session-gone' } },
    });
    await vi.waitFor(() => expect(mock.model.requests[0]?.state).toBe('aborted'));
    await vi.waitFor(() => expect(clock.scheduled).toBe(0));
  });
});
