import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAvatarSession, systemClock } from '@avatarwire/core';
import { simulate } from '@avatarwire/simulator';
import { type MockServices, type ModelSettings, startMockServices } from '@avatarwire/simulator/services';
import OpenAI from 'openai';
import { describe, expect, onTestFinished, test } from 'vitest';
import { textOf } from '../src';
import { chat, DONE, EVENTS, event, eventually, read, said, shown } from './support/sources';

const KEY = 'sk-very-secret';
const all = 'with the real OpenAI SDK and the mock model over HTTP';
const request = {
  model: 'mock-model',
  messages: [{ role: 'user', content: 'Hello?' }],
  stream: true,
} satisfies OpenAI.ChatCompletionCreateParamsStreaming;

async function start(settings: Partial<ModelSettings> = {}): Promise<{ client: OpenAI; mock: MockServices }> {
  const mock = await startMockServices({ keys: { model: KEY }, model: { pieceMs: 1, ...settings } });
  onTestFinished(() => mock.close());
  return { mock, client: clientOf(mock.urls.model) };
}

const clientOf = (baseURL: string) => new OpenAI({ apiKey: KEY, baseURL, maxRetries: 0 });

const endless = { reply: () => 'And so on. '.repeat(6_000), pieceMs: 5 };

describe(`textOf, ${all}`, () => {
  test('gives the text of its stream, piece by piece', async () => {
    const { client } = await start({ reply: () => 'I can sing.' });
    const stream = await client.chat.completions.create(request);
    expect(await read(textOf(stream))).toEqual({ pieces: ['I', ' can', ' sing.'], text: 'I can sing.' });
  });

  test('takes the promise of a stream, a function that asks for one, the helper stream() and bytes of it', async () => {
    const { client } = await start({ reply: () => 'I can sing.' });
    const { stream: _, ...helped } = request;
    const sources = [
      () => client.chat.completions.create(request),
      () => (options: { signal: AbortSignal }) => client.chat.completions.create(request, options),
      // It is to be read at once: it keeps nothing for those who come later.
      () => client.chat.completions.stream(helped),
    ];
    for (const open of sources) expect((await read(textOf(open()))).text).toBe('I can sing.');
    const lines = (await client.chat.completions.create(request)).toReadableStream();
    expect((await read(textOf(lines, { format: 'lines' }))).text).toBe('I can sing.');
  });

  test.each([
    ['a stream', async (client: OpenAI) => textOf(await client.chat.completions.create(request))],
    [
      'a function that asks for one',
      async (client: OpenAI) => textOf((options) => client.chat.completions.create(request, options)),
    ],
  ])('return() of %s ends the request at the model in the middle of a piece', async (_, open) => {
    const { client, mock } = await start(endless);
    const text = await open(client);
    await text.next();
    const waiting = text.next();
    await text.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await eventually(() => mock.model.requests.at(-1)?.state).toBe('aborted');
  });

  test('an interrupt of the avatar does so, before the first word too', async () => {
    const { client, mock } = await start();
    const waiting = mock.model.fail('abandoned');
    const sim = simulate({ clock: systemClock, avatarDelayMs: 0 });
    const session = createAvatarSession(sim.options);
    onTestFinished(async () => {
      await session.close();
      sim.close();
    });
    await session.connect();
    const speech = session.speak(textOf((options) => client.chat.completions.create(request, options)));
    await eventually(() => waiting.waiting).toBe(1);
    await session.interrupt();
    await eventually(() => waiting.waiting).toBe(0);
    expect(await speech).toMatchObject({ status: 'interrupted' });
  });

  test('an abort by the signal of the SDK rejects with an abort', async () => {
    const { client, mock } = await start(endless);
    const controller = new AbortController();
    const stream = await client.chat.completions.create(request, { signal: controller.signal });
    const text = textOf(stream);
    await text.next();
    controller.abort();
    expect((await read(text)).error).toMatchObject({ name: 'AbortError' });
    await eventually(() => mock.model.requests.at(-1)?.state).toBe('aborted');
  });

  test('a connection that breaks off fails as network, after the text that came', async () => {
    const { client, mock } = await start({ reply: () => 'And so on. '.repeat(1_000), pieceMs: 0 });
    mock.model.fail({ name: 'cut', afterBytes: 4_000 });
    const { text, error } = await read(textOf(await client.chat.completions.create(request)));
    expect(text).toMatch(/^And so on\./);
    expect(error).toMatchObject({ name: 'AvatarError', code: 'network', service: 'model' });
  });

  test.each([
    [
      { name: 'code', code: 'invalid_api_key', message: `${KEY} is wrong` },
      'service-refused',
      'invalid_api_key',
    ],
    [{ name: 'too-many-requests', retryAfterSeconds: 3 }, 'service-busy', 'rate_limit_exceeded'],
    [{ name: 'server-error' }, 'network', 500],
    [{ name: 'reset' }, 'network', undefined],
  ] as const)(
    'what the model refuses as %j is %s, without its words and without the key',
    async (failure, code, serviceCode) => {
      const { client, mock } = await start();
      mock.model.fail(failure);
      const { error } = await read(textOf((options) => client.chat.completions.create(request, options)));
      expect(error).toMatchObject({ name: 'AvatarError', code, ...(serviceCode && { serviceCode }) });
      if (code === 'service-busy') expect(error).toMatchObject({ retryAfterMs: 3_000 });
      expect(shown(error)).not.toContain(KEY);
    },
  );
});

describe('textOf, with the real OpenAI SDK and a server that says what a test tells it', () => {
  async function saying(...frames: readonly string[]): Promise<OpenAI> {
    const server = createServer((_, response) => response.writeHead(200, EVENTS).end(frames.join('')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return clientOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  test('an error within the stream fails after the text that came, and quotes nothing', async () => {
    const client = await saying(said('Hello.'), event({ error: { message: KEY, code: 'server_error' } }));
    const { text, error } = await read(textOf(await client.chat.completions.create(request)));
    expect(text).toBe('Hello.');
    expect(error).toMatchObject({ name: 'AvatarError', code: 'network', serviceCode: 'server_error' });
    expect(shown(error)).not.toContain(KEY);
  });

  test('an answer that ends before it is whole has broken off', async () => {
    const client = await saying(said('Hello.'));
    const { text, error } = await read(textOf(await client.chat.completions.create(request)));
    expect(text).toBe('Hello.');
    expect(error).toMatchObject({ code: 'network' });
  });

  test('an answer that a filter cut short says so', async () => {
    const client = await saying(said('Hello.'), event(chat({}, 'content_filter')), DONE);
    expect(await read(textOf(await client.chat.completions.create(request)))).toMatchObject({
      text: 'Hello.',
      error: { code: 'service-refused', serviceCode: 'content_filter' },
    });
  });

  test('events of the Responses API are read', async () => {
    const client = await saying(
      event({ type: 'response.created', response: {} }, 'response.created'),
      event({ type: 'response.output_text.delta', delta: 'Hello.' }, 'response.output_text.delta'),
      event({ type: 'response.completed', response: {} }, 'response.completed'),
    );
    const stream = await client.responses.create({ model: 'mock-model', input: 'Hello?', stream: true });
    expect(await read(textOf(stream))).toEqual({ pieces: ['Hello.'], text: 'Hello.' });
  });
});
