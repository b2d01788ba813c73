import { createVirtualClock } from '@avatarwire/simulator';
import { describe, expect, test } from 'vitest';
import { textOf } from '../src';
import { chat, DONE, EVENTS, eventually, fed, read, responseOf, said, streamOf } from './support/sources';

const bytes = (text: string) => new TextEncoder().encode(text);

/** An iterable that never gives anything, as a generator in the middle of a long step. */
function stuck() {
  const state = { returned: 0 };
  const iterable: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => {}),
      async return() {
        state.returned += 1;
        return { done: true, value: undefined };
      },
    }),
  };
  return { iterable, state };
}

describe('reading', () => {
  test('takes one piece at a time, and none before it is asked', async () => {
    const body = fed<Uint8Array>();
    const text = textOf(new Response(body.stream, { headers: EVENTS }));
    await Promise.resolve();
    expect(body.pulled).toBe(0);
    for (const [index, piece] of ['One. ', 'Two. ', 'Three. '].entries()) {
      const next = text.next();
      await eventually(() => body.pulled).toBe(index + 1);
      body.push(bytes(said(piece)));
      expect(await next).toEqual({ done: false, value: piece });
    }
    expect(body.pulled).toBe(3);
  });

  test('gives pieces in order to a reader that does not wait', async () => {
    const text = textOf(streamOf('One. ', 'Two. '));
    expect(await Promise.all([text.next(), text.next(), text.next(), text.next()])).toEqual([
      { done: false, value: 'One. ' },
      { done: false, value: 'Two. ' },
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
  });

  test('asks a function only when the first word is wanted, and once', async () => {
    let asked = 0;
    const text = textOf(() => {
      asked += 1;
      return responseOf([said('Hello.'), DONE]);
    });
    expect(asked).toBe(0);
    expect((await read(text)).text).toBe('Hello.');
    expect(asked).toBe(1);
  });

  test('what a function throws, or promises and does not keep, comes through as it is', async () => {
    const mine = new Error('mine');
    const throwing = textOf(() => {
      throw mine;
    });
    expect(await read(throwing)).toMatchObject({ error: mine });
    expect(await read(textOf(Promise.reject(mine)))).toMatchObject({ error: mine });
  });

  test('ends once, also after a failure', async () => {
    const text = textOf(responseOf([said('Hello.')]));
    expect(await read(text)).toMatchObject({ text: 'Hello.', error: { code: 'network' } });
    expect(await text.next()).toEqual({ done: true, value: undefined });
  });

  test('a failure ends the request', async () => {
    const body = fed<Uint8Array>();
    const text = read(textOf(new Response(body.stream, { headers: EVENTS })));
    body.push(bytes('data: nonsense\n\n'));
    expect(await text).toMatchObject({ error: { code: 'network' } });
    await eventually(() => body.cancelled).toBe(true);
  });
});

describe('after [DONE]', () => {
  test('the answer is over at once; a response that does not end is let go after 200 ms', async () => {
    const clock = createVirtualClock();
    const body = fed<Uint8Array>();
    const text = read(textOf(new Response(body.stream, { headers: EVENTS }), { clock }));
    body.push(bytes(said('Hello.') + DONE));
    expect(await text).toEqual({ pieces: ['Hello.'], text: 'Hello.' });
    await clock.advance(199);
    expect(body.cancelled).toBe(false);
    await clock.advance(1);
    expect(body.cancelled).toBe(true);
  });

  test('a response that goes on is ended', async () => {
    const clock = createVirtualClock();
    const body = fed<Uint8Array>();
    const text = read(textOf(new Response(body.stream, { headers: EVENTS }), { clock }));
    body.push(bytes(said('Hello.') + DONE));
    await text;
    body.push(bytes(': and on\n\n'));
    await eventually(() => body.cancelled).toBe(true);
    expect(clock.scheduled).toBe(0);
  });

  test('a response that ends is read to its end, and nothing is left scheduled', async () => {
    const clock = createVirtualClock();
    const body = fed<Uint8Array>();
    const text = read(textOf(new Response(body.stream, { headers: EVENTS }), { clock }));
    body.push(bytes(said('Hello.') + DONE));
    await text;
    expect(clock.scheduled).toBe(1);
    body.end();
    await eventually(() => clock.scheduled).toBe(0);
    expect(body.cancelled).toBe(false);
  });
});

describe('return() ends the request at once', () => {
  test('of a response that is being waited for', async () => {
    const body = fed<Uint8Array>();
    const text = textOf(new Response(body.stream, { headers: EVENTS }));
    const waiting = text.next();
    await eventually(() => body.pulled).toBe(1);
    await text.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(body.cancelled).toBe(true);
  });

  test('of a response that nobody has read from', async () => {
    const body = fed<Uint8Array>();
    const text = textOf(new Response(body.stream, { headers: EVENTS }));
    await text.return?.();
    await eventually(() => body.cancelled).toBe(true);
    expect(await text.next()).toEqual({ done: true, value: undefined });
  });

  test('of a response that was promised and comes later', async () => {
    const body = fed<Uint8Array>();
    let keep!: (response: Response) => void;
    const text = textOf(new Promise<Response>((resolve) => (keep = resolve)));
    const waiting = text.next();
    await text.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    keep(new Response(body.stream, { headers: EVENTS }));
    await eventually(() => body.cancelled).toBe(true);
  });

  test('that a function makes, by its signal', async () => {
    let signal: AbortSignal | undefined;
    const text = textOf((options) => {
      ({ signal } = options);
      return new Promise<Response>(() => {});
    });
    const waiting = text.next();
    await eventually(() => signal?.aborted).toBe(false);
    await text.return?.();
    expect(signal?.aborted).toBe(true);
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test('and asks no function that was not asked before', async () => {
    let asked = 0;
    const text = textOf(() => {
      asked += 1;
      return responseOf([]);
    });
    await text.return?.();
    expect(await text.next()).toEqual({ done: true, value: undefined });
    expect(asked).toBe(0);
  });

  test('of an iterable in the middle of a step', async () => {
    const { iterable, state } = stuck();
    const text = textOf(iterable);
    const waiting = text.next();
    await Promise.resolve();
    await text.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await eventually(() => state.returned).toBe(1);
  });

  test('of a stream of an SDK, by its controller before anything else', async () => {
    const controller = new AbortController();
    const order: string[] = [];
    controller.signal.addEventListener('abort', () => order.push('abort'));
    const source = {
      controller,
      async *[Symbol.asyncIterator]() {
        try {
          yield chat({ content: 'Hello.' });
          await new Promise((resolve) => controller.signal.addEventListener('abort', resolve));
        } finally {
          order.push('return');
        }
      },
    };
    const text = textOf(source);
    await text.next();
    const waiting = text.next();
    await Promise.resolve();
    await text.return?.();
    await waiting;
    await eventually(() => order).toEqual(['abort', 'return']);
  });

  test('and a loop that is left does so', async () => {
    const body = fed<Uint8Array>();
    body.push(bytes(said('Hello.')));
    for await (const _ of textOf(new Response(body.stream, { headers: EVENTS }))) break;
    await eventually(() => body.cancelled).toBe(true);
  });

  test('after the end it changes nothing', async () => {
    const text = textOf(responseOf([said('Hello.'), DONE]));
    await read(text);
    expect(await text.return?.()).toEqual({ done: true, value: undefined });
  });
});

describe('an abort', () => {
  test('rejects with its reason at once, ends the request, and leaves no listener', async () => {
    const controller = new AbortController();
    const body = fed<Uint8Array>();
    const text = textOf(new Response(body.stream, { headers: EVENTS }), { signal: controller.signal });
    const waiting = text.next();
    await eventually(() => body.pulled).toBe(1);
    controller.abort('enough');
    await expect(waiting).rejects.toBe('enough');
    expect(body.cancelled).toBe(true);
    expect(await text.next()).toEqual({ done: true, value: undefined });
  });

  test('before anything was read ends the request, and reading rejects', async () => {
    const body = fed<Uint8Array>();
    const text = textOf(new Response(body.stream, { headers: EVENTS }), { signal: AbortSignal.abort('no') });
    await eventually(() => body.cancelled).toBe(true);
    await expect(text.next()).rejects.toBe('no');
  });

  test('rejects although the iterable is in the middle of a step', async () => {
    const controller = new AbortController();
    const { iterable } = stuck();
    const waiting = textOf(iterable, { signal: controller.signal }).next();
    await Promise.resolve();
    controller.abort('enough');
    await expect(waiting).rejects.toBe('enough');
  });

  test('of the stream of an SDK from outside rejects with its reason', async () => {
    const controller = new AbortController();
    const source = {
      controller,
      async *[Symbol.asyncIterator]() {
        yield chat({ content: 'Hello.' });
        controller.abort('from outside');
      },
    };
    expect(await read(textOf(source))).toMatchObject({ text: 'Hello.', error: 'from outside' });
  });

  test('after the end changes nothing', async () => {
    const controller = new AbortController();
    const text = textOf(responseOf([said('Hello.'), DONE]), { signal: controller.signal });
    await read(text);
    controller.abort('late');
    expect(await text.next()).toEqual({ done: true, value: undefined });
  });
});
