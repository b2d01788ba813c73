import { describe, expect, test, vi } from 'vitest';
import {
  at,
  chunk,
  DONE,
  EVENT_STREAM,
  finished,
  framesOf,
  refusalOf,
  type ScriptedServer,
  saying,
  scripted,
  stage,
  textOf,
  usage,
  written,
} from './support';

const ask = ({ baseUrl }: ScriptedServer) => stage({ baseUrl }).ask('Hello');

const SAID = 'Grüße, 世界 👋🏽';

describe('what a scripted server sends is read', () => {
  const bytes = new TextEncoder().encode(chunk({ content: SAID }) + finished() + DONE);

  test('with a chunk that ends inside each of its characters', async () => {
    const accents = [...bytes.keys()].filter((index) => (bytes[index] ?? 0) >= 0x80);
    const server = await scripted(async (response, number) => {
      const cut = accents[number - 1] ?? 0;
      response.writeHead(200, EVENT_STREAM);
      await written(response, bytes.subarray(0, cut));
      response.end(bytes.subarray(cut));
    });
    for (const _ of accents) expect(textOf(await framesOf(await ask(server)))).toBe(SAID);
    expect(accents.length).toBeGreaterThan(15);
  });

  test('byte for byte', async () => {
    const server = await saying(...[...bytes].map((byte) => Uint8Array.of(byte)));
    expect(textOf(await framesOf(await ask(server)))).toBe(SAID);
  });

  test('all in one chunk', async () => {
    const all = [chunk({ role: 'assistant', content: '' }), chunk({ content: 'A' }), chunk({ content: 'B' })];
    const server = await saying([...all, finished(), usage(1, 2), DONE].join(''));
    const frames = await framesOf(await ask(server));
    expect(frames).toHaveLength(6);
    expect(textOf(frames)).toBe('AB');
  });

  test('with CRLF, CR, a byte order mark, comments, ids, retries and data over several lines', async () => {
    const server = await saying(
      '\uFEFF: hello\r\n\r\n',
      'retry: 5000\r\nid: 7\r\nevent: message\r\n',
      chunk({ content: 'A' }).replaceAll('\n', '\r\n'),
      ':\n\n',
      chunk({ content: 'B' }).replaceAll('\n', '\r'),
      'data: {"choices":[{"delta":\ndata: {"content":"C"}}]}\n\n',
      'data:{"choices":[{"delta":{"content":"D"}}]}\n\nunheard-of: x\n\n',
      finished(),
      DONE,
    );
    expect(textOf(await framesOf(await ask(server)))).toBe('ABCD');
  });

  test('without [DONE], once there was a reason to end', async () => {
    const server = await saying(chunk({ content: 'A' }), finished());
    const frames = await framesOf(await ask(server));
    expect(frames.at(-1)?.data).toBe('[DONE]');
  });

  test('no further than [DONE], whatever the server still means to send', async () => {
    const server = await scripted(async (response) => {
      response.writeHead(200, EVENT_STREAM);
      await written(response, chunk({ content: 'A' }) + finished() + DONE + chunk({ content: 'B' }));
    });
    const { ask: asking, clock } = stage({ baseUrl: server.baseUrl });
    const frames = framesOf(await asking('Hello'));
    await vi.waitFor(async () => {
      await clock.advance(200);
      expect(server.aborted).toBe(1);
    });
    expect(textOf(await frames)).toBe('A');
    expect(server.open).toBe(0);
    expect(clock.scheduled).toBe(0);
  });
});

describe('what a scripted server sends and nobody needs', () => {
  test('does not reach the page: names, fingerprints, thoughts, other choices, unknown fields', async () => {
    const server = await saying(
      `data: ${JSON.stringify({ choices: [], prompt_filter_results: [{ hate: 'safe' }] })}\n\n`,
      chunk({ role: 'assistant', content: null, reasoning_content: 'Hmm.' }),
      chunk({ content: '', reasoning: 'What would the page want?' }),
      chunk({ content: 'Yes.', refusal: null, annotations: ['note'] }),
      chunk({}, { choices: [{ index: 1, delta: { content: 'Another choice.' }, finish_reason: null }] }),
      chunk({}, { choices: null, usage: null, service_tier: 'default' }),
      chunk(
        {},
        { choices: [{ index: 0, delta: {}, finish_reason: 'stop', content_filter_results: { hate: 'no' } }] },
      ),
      chunk(
        {},
        {
          choices: [],
          usage: {
            prompt_tokens: 1,
            completion_tokens: 2,
            total_tokens: 3,
            cost: 0.01,
            completion_tokens_details: { reasoning_tokens: 2 },
          },
        },
      ),
      DONE,
    );
    const response = await ask(server);
    const frames = await framesOf(response);
    const head = {
      id: expect.stringMatching(/^chatcmpl-/),
      object: 'chat.completion.chunk',
      created: expect.any(Number),
      model: 'mock-model',
    };
    expect(frames.map(({ data }) => data)).toEqual([
      { ...head, choices: [{ index: 0, delta: { role: 'assistant' }, finish_reason: null }] },
      { ...head, choices: [{ index: 0, delta: { content: 'Yes.' }, finish_reason: null }] },
      { ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
      { ...head, choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } },
      '[DONE]',
    ]);
    expect(new Set(frames.slice(0, -1).map(({ data }) => at(data, 'id'))).size).toBe(1);
  });

  test('is left out where it is of the wrong kind but does not matter', async () => {
    const server = await saying(
      chunk({ role: 'wizard', content: 'A' }, { usage: 'plenty' }),
      chunk({ content: 'B' }, { usage: { prompt_tokens: -1, completion_tokens: 2, total_tokens: 1e30 } }),
      finished('bored'),
      DONE,
    );
    const frames = await framesOf(await ask(server));
    expect(at(frames[0]?.data, 'choices', 0, 'delta')).toEqual({ content: 'A' });
    expect(frames.every(({ data }) => at(data, 'usage') === undefined)).toBe(true);
  });

  test('headers and cookies of the server do not reach the page', async () => {
    const server = await scripted((response) => {
      response.writeHead(200, {
        ...EVENT_STREAM,
        'set-cookie': 'a=b',
        'x-request-id': 'up',
        'openai-organization': 'us',
      });
      response.end(finished() + DONE);
    });
    const { headers } = await ask(server);
    expect([...headers.keys()].sort()).toEqual(['cache-control', 'content-type', 'x-accel-buffering']);
  });
});

const BAD: [string, string, string][] = [
  ['no JSON', 'data: {"choices":\n\n', 'network'],
  ['a number', 'data: 42\n\n', 'network'],
  ['content that is no text', chunk({ content: 5 }), 'network'],
  ['a tool call with an absurd index', chunk({ tool_calls: [{ index: 1e9 }] }), 'network'],
  ['an error in the stream', 'data: {"error":{"message":"out of luck","code":500}}\n\n', 'network'],
  ['an event named error', 'event: error\ndata: {"message":"out of luck"}\n\n', 'network'],
  ['an event of 140,000 characters', chunk({ content: 'x'.repeat(140_000) }), 'service-refused'],
];

describe('what is wrong in what a scripted server sends', () => {
  test.each(BAD)('%s is a 502 before the first piece', async (_what, event, code) => {
    const server = await saying(event, chunk({ content: 'more' }));
    const refusal = await refusalOf(ask(server));
    expect(refusal).toMatchObject({ status: 502, code });
    expect(refusal.message).not.toMatch(/luck/);
    expect(server.requests).toHaveLength(1);
  });

  test.each(BAD)('%s is an error event after it, with the pieces before', async (_what, event, code) => {
    const server = await saying(chunk({ content: 'First.' }) + event + chunk({ content: 'more' }), DONE);
    const { ask: asking, clock } = stage({ baseUrl: server.baseUrl });
    const response = await asking('Hello');
    const text = await response.clone().text();
    const frames = await framesOf(response);
    expect(frames).toHaveLength(2);
    expect(textOf(frames)).toBe('First.');
    expect(frames[1]).toEqual({ event: 'error', data: { error: { code, message: expect.any(String) } } });
    expect(text).not.toMatch(/luck/);
    await vi.waitFor(() => expect(server.open).toBe(0));
    expect(clock.scheduled).toBe(0);
  });

  test('an answer that never ends is cut off', async () => {
    const piece = chunk({ content: 'word '.repeat(20) });
    let sent = 0;
    const server = await scripted(async (response) => {
      response.writeHead(200, EVENT_STREAM);
      while (!response.destroyed) {
        await written(response, piece.repeat(100));
        sent += piece.length * 100;
      }
    });
    const frames = await framesOf(await stage({ baseUrl: server.baseUrl, maxAnswerTokens: 8 }).ask('Hello'));
    expect(frames.at(-1)).toMatchObject({ event: 'error', data: { error: { code: 'service-refused' } } });
    await vi.waitFor(() => expect(server.open).toBe(0));
    expect(sent).toBeLessThan(16 * 1_048_576);
  });

  test('an end without a reason, after pieces, is an error event', async () => {
    const server = await saying(chunk({ content: 'First.' }));
    expect((await framesOf(await ask(server))).at(-1)).toMatchObject({ event: 'error' });
    expect(server.requests).toHaveLength(1);
  });

  test('an end before any piece is tried again', async () => {
    const server = await scripted((response, number) => {
      response.writeHead(200, EVENT_STREAM);
      response.end(number < 3 ? ': nothing\n\n' : finished() + DONE);
    });
    const given = stage({ baseUrl: server.baseUrl }, { random: () => 0 });
    const answer = given.ask('Hello');
    await vi.waitFor(async () => {
      await given.clock.advance(0);
      expect(server.requests).toHaveLength(3);
    });
    expect((await framesOf(await answer)).at(-1)?.data).toBe('[DONE]');
    // Three prompts may have been read: two by estimate, one with a piece.
    expect(given.observed).toEqual([{ type: 'model', outcome: 'done', tokens: 18 * 3 + 1 }]);
  });

  test.each(['application/json', 'text/html'])('a body of %s is refused unread', async (type) => {
    const server = await scripted(async (response) => {
      response.writeHead(200, { 'content-type': type });
      await written(response, '{"choices":[]}');
    });
    expect(await refusalOf(ask(server))).toMatchObject({ status: 502, code: 'network' });
    await vi.waitFor(() => expect(server.aborted).toBe(1));
  });

  test('comments alone keep nobody waiting', async () => {
    let say: () => Promise<void> = async () => {};
    const server = await scripted(async (response) => {
      response.writeHead(200, EVENT_STREAM);
      say = () => written(response, ': still here\n\n');
      await say();
    });
    const given = stage({ baseUrl: server.baseUrl, timeoutMs: 5_000, silenceMs: 10_000 });
    const answer = refusalOf(given.ask('Hello'));
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    const began = given.clock.now();
    await vi.waitFor(
      async () => {
        await say();
        await given.clock.advance(500);
        expect(server.aborted).toBe(1);
      },
      { interval: 5 },
    );
    expect(await answer).toMatchObject({ status: 502, message: 'The model fell silent for 10000 ms.' });
    expect(given.clock.now() - began).toBeLessThan(20_000);
    expect(given.clock.scheduled).toBe(0);
  });
});

describe('back-pressure', () => {
  test('a page may take longer to read than the model may take to write', async () => {
    const server = await saying(chunk({ content: 'A' }), chunk({ content: 'B' }), finished(), DONE);
    const { ask: asking, clock } = stage({ baseUrl: server.baseUrl });
    const response = await asking('Hello');
    await clock.advance(60_000);
    const frames = await framesOf(response);
    expect(textOf(frames)).toBe('AB');
    expect(frames.at(-1)?.data).toBe('[DONE]');
  });

  test('a scripted server is read only as the page reads', async () => {
    const piece = chunk({ content: 'x'.repeat(60_000) });
    const total = 1_000;
    let sent = 0;
    let ended = false;
    const server = await scripted(async (response) => {
      response.writeHead(200, EVENT_STREAM);
      for (; sent < total && !response.destroyed; sent += 1) {
        if (!response.write(piece)) await new Promise((resolve) => response.once('drain', resolve));
      }
      ended = true;
      response.end(finished() + DONE);
    });
    const { ask: asking } = stage({ baseUrl: server.baseUrl, maxAnswerTokens: 100_000 });
    const response = await asking('Hello');
    let before = -1;
    await vi.waitFor(
      () => {
        const still = sent === before;
        before = sent;
        expect(still).toBe(true);
      },
      { interval: 200 },
    );
    // What the system's sockets hold, and no more.
    expect(sent).toBeLessThan(total / 2);
    expect(ended).toBe(false);
    expect(textOf(await framesOf(response))).toHaveLength(total * 60_000);
    expect(ended).toBe(true);
  });
});
