import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textOf } from '../src';
import { chat, DONE, each, event, read, responseOf, STOP, said, shown, streamOf } from './support/sources';

const HELLO = said('Hello, ') + said('visitor.') + STOP + DONE;

describe('a response of server-sent events', () => {
  test('gives the text of its chunks', async () => {
    expect(await read(textOf(responseOf([HELLO])))).toEqual({
      pieces: ['Hello, visitor.'],
      text: 'Hello, visitor.',
    });
  });

  test('gives each piece as soon as it comes', async () => {
    const { pieces } = await read(textOf(responseOf([said('Hello, '), said('visitor.'), STOP, DONE])));
    expect(pieces).toEqual(['Hello, ', 'visitor.']);
  });

  test.each([
    ['carriage returns and line feeds', HELLO.replaceAll('\n', '\r\n')],
    ['carriage returns', HELLO.replaceAll('\n', '\r')],
    ['a byte order mark', `\uFEFF${HELLO}`],
    ['comments that keep the connection alive', `: ping\n\n${HELLO}: ping\n\n`],
    ['no space after the colon', HELLO.replaceAll('data: ', 'data:')],
    ['no [DONE], as some servers', HELLO.replace(DONE, '')],
    ['no finish reason, as others', HELLO.replace(STOP, '')],
    ['usage after the finish', HELLO.replace(DONE, event({ choices: [], usage: {} }) + DONE)],
  ])('may have %s', async (_, text) => {
    expect(await read(textOf(responseOf([text])))).toEqual({
      pieces: ['Hello, visitor.'],
      text: 'Hello, visitor.',
    });
  });

  test('reads the same wherever its bytes are cut', async () => {
    const text = 'Grüß dich! 你好 👩🏽‍🚀 “quoted\\”\n';
    const bytes = new TextEncoder().encode(said(text).replaceAll('\n\n', '\r\n\r\n') + said('End.') + DONE);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((end, index) => bytes.slice(edges[index], end));
        expect((await read(textOf(responseOf(chunks)))).text).toBe(`${text}End.`);
      }),
    );
  });

  test('what comes after [DONE] is not read', async () => {
    expect((await read(textOf(responseOf([HELLO + said(' More.')])))).text).toBe('Hello, visitor.');
  });

  test.each([
    ['in the middle of an event', [said('Hello.'), 'data: {"choices":[{"del']],
    ['between two events', [said('Hello.')]],
  ])('that breaks off %s fails after the text that came', async (_, chunks) => {
    const { text, error } = await read(textOf(responseOf(chunks)));
    expect(text).toBe('Hello.');
    expect(error).toMatchObject({ code: 'network', retryable: true, service: 'model' });
  });

  test('without a single event has broken off', async () => {
    expect((await read(textOf(responseOf([])))).error).toMatchObject({ code: 'network' });
  });

  test('with an event that is no JSON fails, and quotes nothing of it', async () => {
    const { text, error } = await read(textOf(responseOf([said('Hello.'), 'data: {sk-secret\n\n', DONE])));
    expect(text).toBe('Hello.');
    expect(error).toMatchObject({ code: 'network' });
    expect(shown(error)).not.toContain('sk-secret');
  });

  test('with an endless line fails, and holds no more of it than a megabyte', async () => {
    let pulled = 0;
    const piece = new TextEncoder().encode('x'.repeat(65_536));
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(pulled === 1 ? new TextEncoder().encode(said('Hello.')) : piece);
      },
    });
    const { text, error } = await read(
      textOf(new Response(endless, { headers: { 'content-type': 'text/event-stream' } })),
    );
    expect(text).toBe('Hello.');
    expect(error).toMatchObject({ code: 'service-refused' });
    expect(pulled).toBeLessThan(22);
  });
});

describe('other responses', () => {
  const plain = { 'content-type': 'text/plain; charset=utf-8' };

  test('of plain text are spoken as they are, characters cut at byte edges included', async () => {
    const bytes = new TextEncoder().encode('Grüß dich! 👋🏽');
    const chunks = Array.from(bytes, (_, index) => bytes.slice(index, index + 1));
    expect((await read(textOf(responseOf(chunks, plain)))).text).toBe('Grüß dich! 👋🏽');
  });

  test('without a content-type are plain text', async () => {
    expect((await read(textOf(responseOf(['Hello.'], {})))).text).toBe('Hello.');
  });

  test('of one JSON answer are spoken, however it is cut', async () => {
    const whole = JSON.stringify(
      { choices: [{ message: { content: 'Hello.' }, finish_reason: 'stop' }] },
      null,
      2,
    );
    const response = responseOf([whole.slice(0, 30), whole.slice(30)], {
      'content-type': 'application/json',
    });
    expect(await read(textOf(response))).toEqual({ pieces: ['Hello.'], text: 'Hello.' });
  });

  test('of JSON lines are spoken, the last one without its end of line too', async () => {
    const lines = [
      { message: { content: 'Hello, ' }, done: false },
      { message: { content: 'visitor.' }, done: true },
    ];
    const response = responseOf([lines.map((line) => JSON.stringify(line)).join('\r\n')], {
      'content-type': 'application/x-ndjson',
    });
    expect((await read(textOf(response))).text).toBe('Hello, visitor.');
  });

  test('of JSON lines that break off have failed', async () => {
    const response = responseOf(['{"message":{"content":"Hello"},"done":false}\n{"mess'], {
      'content-type': 'application/x-ndjson',
    });
    expect(await read(textOf(response))).toMatchObject({ text: 'Hello', error: { code: 'network' } });
  });

  test('can be read in the format that the caller names', async () => {
    expect((await read(textOf(responseOf([HELLO], plain), { format: 'events' }))).text).toBe(
      'Hello, visitor.',
    );
  });

  test.each(['text/html; charset=utf-8', 'image/png', 'multipart/mixed', 'application/json-seq'])(
    'of type %s are not read aloud, and are let go',
    async (type) => {
      const response = responseOf(['<!doctype html>'], { 'content-type': type });
      expect((await read(textOf(response))).error).toMatchObject({ code: 'service-refused' });
      expect(response.bodyUsed).toBe(true);
    },
  );

  test('without a body say nothing', async () => {
    expect(await read(textOf(new Response(null, { status: 204 })))).toEqual({ pieces: [], text: '' });
  });

  test.each([
    [400, 'service-refused'],
    [401, 'service-refused'],
    [404, 'service-refused'],
    [500, 'network'],
    [503, 'network'],
  ])('of status %i fail as %s, with the status, without the body, and are let go', async (status, code) => {
    const response = new Response('{"error":{"message":"your key sk-secret is wrong"}}', { status });
    const { error } = await read(textOf(response));
    expect(error).toMatchObject({ code, serviceCode: status, service: 'model' });
    expect(shown(error)).not.toContain('sk-secret');
    expect(response.bodyUsed).toBe(true);
  });

  test('of status 429 say how long to wait', async () => {
    const response = new Response('', { status: 429, headers: { 'retry-after': '7' } });
    expect((await read(textOf(response))).error).toMatchObject({ code: 'service-busy', retryAfterMs: 7_000 });
  });

  test('of status 429 without a time to wait have none', async () => {
    const { error } = await read(textOf(new Response('', { status: 429 })));
    expect(error).toMatchObject({ code: 'service-busy' });
    expect(error).not.toHaveProperty('retryAfterMs');
  });

  test('that somebody reads already are refused by name', async () => {
    const response = responseOf([HELLO]);
    response.body?.getReader();
    expect((await read(textOf(response))).error).toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('source'),
    });
  });
});

describe('streams and iterables', () => {
  const chunks = [chat({ content: 'Hello, ' }), chat({ content: 'visitor.' }), chat({}, 'stop')];

  test.each([
    ['a stream of strings', () => streamOf('Hello, ', 'visitor.')],
    [
      'a stream of bytes',
      () => streamOf(...['Hello, ', 'visitor.'].map((text) => new TextEncoder().encode(text))),
    ],
    ['a stream of chunks', () => streamOf(...chunks)],
    ['an iterable of strings', () => each('Hello, ', 'visitor.')],
    [
      'an iterable of buffers, as Node streams are',
      () => each(Buffer.from('Hello, '), Buffer.from('visitor.')),
    ],
    ['an iterable of chunks', () => each(...chunks)],
    ['the promise of one', () => Promise.resolve(each(...chunks))],
    ['a function that makes one', () => () => each(...chunks)],
    ['a function that promises one', () => async () => each(...chunks)],
  ])('%s gives its text', async (_, make) => {
    expect(await read(textOf(make()))).toEqual({ pieces: ['Hello, ', 'visitor.'], text: 'Hello, visitor.' });
  });

  test('chunks that end before the answer is whole have broken off', async () => {
    expect(await read(textOf(each(...chunks.slice(0, 1))))).toMatchObject({
      text: 'Hello, ',
      error: { code: 'network' },
    });
  });

  test('text has no end to miss', async () => {
    expect(await read(textOf(each('Hello')))).toEqual({ pieces: ['Hello'], text: 'Hello' });
  });

  test('a character that two strings share stays whole', async () => {
    const { pieces } = await read(textOf(each('Hi \uD83D', '\uDC4B', '!')));
    expect(pieces).toEqual(['Hi ', '👋', '!']);
  });

  test('a character that two chunks share stays whole', async () => {
    const chunks = [chat({ content: '\uD83D' }), chat({ content: '\uDC4B' }), chat({}, 'stop')];
    expect((await read(textOf(each(...chunks)))).pieces).toEqual(['👋']);
  });

  test('half a character at the end is given for what it is', async () => {
    expect((await read(textOf(each('Hi \uD83D')))).text).toBe('Hi \uD83D');
  });

  test('a byte order mark before text is dropped, and only there', async () => {
    expect((await read(textOf(each('\uFEFFHi', '\uFEFF')))).text).toBe('Hi\uFEFF');
  });

  test.each([[undefined], [null], [42], ['text'], [{}]])('%j is refused by name', async (source) => {
    // @ts-expect-error
    expect((await read(textOf(source))).error).toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('source'),
    });
  });

  test('what the application itself throws comes through as it is', async () => {
    const mine = new RangeError('mine');
    async function* broken() {
      yield 'Hello.';
      throw mine;
    }
    expect(await read(textOf(broken()))).toEqual({ pieces: ['Hello.'], text: 'Hello.', error: mine });
  });

  test('an answer longer than the limit is ended and fails, after what fits', async () => {
    const source = each('12345', '12345', '1');
    expect(await read(textOf(source, { maxCharacters: 10 }))).toMatchObject({
      text: '1234512345',
      error: { code: 'service-refused', message: expect.stringContaining('maxCharacters') },
    });
    expect(await source.next()).toEqual({ done: true, value: undefined });
  });
});
