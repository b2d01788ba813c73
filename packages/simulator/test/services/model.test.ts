import { describe, expect, test, vi } from 'vitest';
import type { MockServices, MockServicesOptions } from '../../src/services';
import { at, send, start } from './stage';

const MESSAGES = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Say it.' },
];

const asked = (options: MockServicesOptions['model'] = {}) => ({
  model: { pieceMs: 0, reply: (prompt: string) => `You said: ${prompt}`, ...options },
});

const headersOf = ({ keys }: MockServices) => ({ authorization: `Bearer ${keys.model}` });

const complete = (mock: MockServices, more: object = {}) =>
  send(
    `${mock.urls.model}/chat/completions`,
    { model: 'mock-model', messages: MESSAGES, ...more },
    { headers: headersOf(mock) },
  );

function stream(mock: MockServices, signal?: AbortSignal): Promise<Response> {
  return fetch(`${mock.urls.model}/chat/completions`, {
    method: 'POST',
    headers: { ...headersOf(mock), 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'mock-model', messages: MESSAGES, stream: true }),
    ...(signal && { signal }),
  });
}

/** The data of each server-sent event. */
function eventsOf(text: unknown): unknown[] {
  return String(text)
    .split('\n\n')
    .filter(Boolean)
    .map((event) => event.replace(/^data: /, ''))
    .map((data) => (data === '[DONE]' ? data : JSON.parse(data)));
}

describe('a chat completions model over real HTTP', () => {
  test('a stream has a role, the words, a reason to end, and [DONE]', async () => {
    const { mock } = await start(asked());
    const answer = await complete(mock, { stream: true, stream_options: { include_usage: true } });
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const events = eventsOf(answer.body);
    expect(events.at(-1)).toBe('[DONE]');
    expect(events[0]).toMatchObject({
      object: 'chat.completion.chunk',
      model: 'mock-model',
      choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
    });
    const words = events.map((event) => at(event, 'choices.0.delta.content') ?? '').join('');
    expect(words).toBe('You said: Say it.');
    expect(events.at(-3)).toMatchObject({ choices: [{ delta: {}, finish_reason: 'stop' }] });
    expect(events.at(-2)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 4, completion_tokens: 4, total_tokens: 8 },
    });
    expect(mock.model.requests).toMatchObject([
      { stream: true, pieces: 4, state: 'finished', messages: MESSAGES },
    ]);
  });

  test('a whole answer, and one cut short by max_tokens', async () => {
    const { mock } = await start(asked());
    expect((await complete(mock)).body).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant', content: 'You said: Say it.' }, finish_reason: 'stop' }],
      usage: { completion_tokens: 4 },
    });
    expect((await complete(mock, { max_tokens: 2 })).body).toMatchObject({
      choices: [{ message: { content: 'You said:' }, finish_reason: 'length' }],
    });
    expect(mock.model.pieces).toBe(6);
  });

  test('pieces come one after another on the clock, and no more once the client has gone', async () => {
    const { mock, clock } = await start(asked({ pieceMs: 100, reply: () => 'one two three four five six' }));
    const controller = new AbortController();
    const response = await stream(mock, controller.signal);
    await vi.waitFor(() => expect(clock.scheduled).toBe(1));
    await clock.advance(100);
    await vi.waitFor(() => expect(mock.model.pieces).toBe(1));
    await vi.waitFor(() => expect(clock.scheduled).toBe(1));
    await clock.advance(100);
    await vi.waitFor(() => expect(mock.model.pieces).toBe(2));
    controller.abort();
    await expect(response.text()).rejects.toMatchObject({ name: 'AbortError' });
    await vi.waitFor(() => expect(mock.model.requests).toMatchObject([{ state: 'aborted' }]));
    await clock.advance(10_000);
    expect(mock.model.pieces).toBe(2);
    expect(clock.scheduled).toBe(0);
  });

  test('a stream cut off on demand ends in its middle', async () => {
    const { mock } = await start(asked({ reply: () => 'word '.repeat(100) }));
    mock.model.fail({ name: 'cut', afterBytes: 1_000 });
    const response = await stream(mock);
    let received = 0;
    const reading = async () => {
      for await (const chunk of response.body ?? []) received += (chunk as Uint8Array).length;
    };
    await expect(reading()).rejects.toMatchObject({ name: 'TypeError' });
    expect(received).toBe(1_000);
    expect(mock.model.requests).toMatchObject([{ state: 'aborted' }]);
  });

  test('a malformed stream is a stream, and no JSON', async () => {
    const { mock } = await start(asked());
    mock.model.fail('malformed');
    const response = await stream(mock);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(await response.text()).toBe('data: {"choices":[{"delta":\n\n');
  });

  test('models are listed', async () => {
    const { mock } = await start(asked({ models: ['a', 'b'] }));
    const list = await send(`${mock.urls.model}/models`, undefined, { headers: headersOf(mock) });
    expect(list.body).toMatchObject({ object: 'list', data: [{ id: 'a' }, { id: 'b' }] });
  });

  test('refusals have the known form and status', async () => {
    const { mock } = await start(asked());
    const url = `${mock.urls.model}/chat/completions`;
    const refused = async (status: number, code: string, work: Promise<{ status: number; body: unknown }>) =>
      expect(await work).toMatchObject({
        status,
        body: {
          error: { message: expect.stringMatching(/\w/), type: expect.any(String), param: null, code },
        },
      });
    await refused(401, 'invalid_api_key', send(url, { model: 'mock-model', messages: MESSAGES }));
    await refused(404, 'model_not_found', complete(mock, { model: 'another' }));
    await refused(400, 'invalid_request', complete(mock, { messages: [] }));
    await refused(400, 'invalid_request', complete(mock, { messages: [{ role: 'nobody', content: 'x' }] }));
    await refused(400, 'invalid_request', complete(mock, { max_tokens: 0 }));
    for (const [code, status] of [
      ['insufficient_quota', 429],
      ['rate_limit_exceeded', 429],
      ['context_length_exceeded', 400],
      ['server_error', 500],
    ] as const) {
      mock.model.fail({ name: 'code', code });
      await refused(status, code, complete(mock));
    }
    mock.model.fail({ name: 'too-many-requests', retryAfterSeconds: 3 });
    const busy = await complete(mock);
    expect(busy).toMatchObject({ status: 429, body: { error: { code: 'rate_limit_exceeded' } } });
    expect(busy.headers.get('retry-after')).toBe('3');
  });
});
