import { systemClock } from '@avatarwire/core';
import { deferred } from '@avatarwire/core/adapter';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type HttpBounds, startHttpServer } from '../../src/node/http-server';
import { post, rawClient } from './raw-client';

async function served(fetch: (request: Request) => Promise<Response>, bounds: Partial<HttpBounds> = {}) {
  const faults: unknown[] = [];
  const server = await startHttpServer({
    fetch,
    host: '127.0.0.1',
    port: 0,
    bounds,
    onFault: (error) => faults.push(error),
    clock: systemClock,
  });
  onTestFinished(() => server.close(0));
  return { ...server, faults };
}

/** Resolves with the request once it is there; its answer is `answer`, or never comes. */
async function waiting(use: (request: Request) => unknown = () => {}, bounds: Partial<HttpBounds> = {}) {
  const arrived = deferred<Request>();
  const answer = deferred<Response>();
  const server = await served(async (request) => {
    arrived.resolve(request);
    await use(request);
    return answer.promise;
  }, bounds);
  return { server, arrived: arrived.promise, answer };
}

const aborted = (request: Request) =>
  new Promise<void>((resolve) => {
    if (request.signal.aborted) resolve();
    request.signal.addEventListener('abort', () => resolve());
  });

describe('over a real socket, request.signal is aborted when the client goes', () => {
  test.each(['destroy', 'resetAndDestroy', 'end'] as const)(
    'while it waits for the answer (%s)',
    async (leave) => {
      const { server, arrived } = await waiting((request) => request.text());
      const { socket } = await rawClient(server.url, post(2, '{}'));
      const request = await arrived;
      expect(request.signal.aborted).toBe(false);
      socket[leave]();
      await aborted(request);
    },
  );

  test('before anybody read the body', async () => {
    const { server, arrived } = await waiting();
    const { socket } = await rawClient(server.url, post(2, '{}'));
    const request = await arrived;
    socket.destroy();
    await aborted(request);
  });

  test('in the middle of its body, and the reading ends', async () => {
    const reading = deferred<unknown>();
    const { server, arrived } = await waiting((request) =>
      request.text().then(reading.resolve, reading.resolve),
    );
    const { socket } = await rawClient(server.url, post(1_000, '{"half":'));
    const request = await arrived;
    socket.destroy();
    await aborted(request);
    expect(await reading.promise).toBeInstanceOf(Error);
  });

  test('while an answer is streamed to it, and the stream is cancelled', async () => {
    const cancelled = deferred<void>();
    const seen = deferred<Request>();
    const server = await served(async (request) => {
      seen.resolve(request);
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode('data: 1\n\n')),
        cancel: () => cancelled.resolve(),
      });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    });
    const { socket, said } = await rawClient(server.url, post(2, '{}'));
    await vi.waitFor(() => expect(said()).toContain('data: 1'));
    socket.destroy();
    await Promise.all([cancelled.promise, aborted(await seen.promise)]);
  });

  test('and not when it has its answer', async () => {
    const seen = deferred<Request>();
    const server = await served(async (request) => {
      seen.resolve(request);
      return Response.json({ text: await request.text() });
    });
    const { ended } = await rawClient(server.url, post(2, '{}', 'Connection: close'));
    expect(await ended).toContain('{"text":"{}"}');
    expect((await seen.promise).signal.aborted).toBe(false);
  });
});

describe('bounds, over a real socket', () => {
  const never = () => new Promise<Response>(() => {});

  test('headers that come drop by drop end the connection with 408', async () => {
    const { url } = await served(never, { headersTimeoutMs: 100, requestTimeoutMs: 60_000 });
    const { socket, ended } = await rawClient(url, 'GET / HTTP/1.1\r\nHost: localhost\r\n');
    const drops = setInterval(() => socket.write('x: y\r\n'), 20);
    onTestFinished(() => clearInterval(drops));
    expect(await ended).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('a connection that says nothing is ended too', async () => {
    const { url } = await served(never, { headersTimeoutMs: 100, requestTimeoutMs: 60_000 });
    expect(await (await rawClient(url)).ended).toMatch(/^HTTP\/1\.1 408 |^$/);
  });

  test('a body that comes drop by drop ends the connection', async () => {
    const { url } = await served(async (request) => new Response(await request.text()), {
      headersTimeoutMs: 100,
      requestTimeoutMs: 200,
    });
    const { socket, ended } = await rawClient(url, post(10_000, '{'));
    const drops = setInterval(() => socket.write(' '), 20);
    onTestFinished(() => clearInterval(drops));
    expect(await ended).toMatch(/^HTTP\/1\.1 (408|500) |^$/);
  });

  test('headers above the bound are 431', async () => {
    const { url } = await served(never, { maxHeaderBytes: 1_024 });
    const { ended } = await rawClient(url, `GET / HTTP/1.1\r\nx: ${'y'.repeat(2_000)}\r\n\r\n`);
    expect(await ended).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('a connection takes so many requests and no more', async () => {
    const { url } = await served(async () => new Response('x'), {
      maxRequestsPerConnection: 2,
      keepAliveTimeoutMs: 50,
    });
    const one = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const { ended } = await rawClient(url, one + one + one);
    const said = await ended;
    expect(said.match(/HTTP\/1\.1 200 /g)).toHaveLength(2);
    expect(said).toMatch(/connection: close/i);
  });

  test.each([
    ['a Host that is none', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n'],
    ['a Host with a login', 'GET / HTTP/1.1\r\nHost: a@localhost\r\n\r\n'],
    ['a backslash in the path', 'GET /a\\..\\b HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ])('%s is 400, in the form of the other errors', async (_, text) => {
    const { url, faults } = await served(never);
    const { said } = await rawClient(url, text);
    await vi.waitFor(() => expect(said()).toContain('}'));
    expect(said()).toMatch(/^HTTP\/1\.1 400 /);
    expect(said()).toMatch(/x-request-id: \S+/);
    expect(said()).toContain('"code":"invalid-argument"');
    expect(faults).toEqual([]);
  });
});

describe('failures, over a real socket', () => {
  test('of the handler are 500 without their cause', async () => {
    const secret = new Error('a-key');
    const { url, faults } = await served(() => Promise.reject(secret));
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('a-key')]);
    expect(faults).toEqual([secret]);
  });

  test('of a stream cut the connection, reach the log and not the console', async () => {
    const consoles = (['error', 'info', 'warn', 'log'] as const).map((name) => vi.spyOn(console, name));
    onTestFinished(() => void consoles.map((each) => each.mockRestore()));
    const failure = new Error('upstream is gone');
    const { url, faults } = await served(async () => {
      let pieces = 0;
      const body = new ReadableStream({
        pull(controller) {
          if (++pieces > 3) throw failure;
          controller.enqueue(new TextEncoder().encode('data: 1\n\n'));
        },
      });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    });
    await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
    await vi.waitFor(() => expect(faults).toEqual([failure]));
    for (const each of consoles) expect(each).not.toHaveBeenCalled();
  });
});

describe('close, over a real socket', () => {
  test('lets the request under way finish, takes no other, and does not wait for its connection', async () => {
    const { server, arrived, answer } = await waiting(() => {}, { keepAliveTimeoutMs: 120_000 });
    const { said, ended } = await rawClient(server.url, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await arrived;
    const closed = server.close(120_000);
    await expect(fetch(server.url)).rejects.toThrow();
    expect(said()).toBe('');
    answer.resolve(new Response('at last'));
    await closed;
    expect(await ended).toContain('at last');
  });

  test('cuts off what takes longer, tells it by the signal, and ends idle connections', async () => {
    const { server, arrived } = await waiting();
    const idle = await rawClient(server.url);
    const busy = await rawClient(server.url, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const request = await arrived;
    await Promise.all([server.close(20), server.close(20), idle.ended, busy.ended, aborted(request)]);
  });

  test('a port that is taken is an error, and nothing stays', async () => {
    const { url } = await served(async () => new Response());
    const again = startHttpServer({
      fetch: async () => new Response(),
      host: '127.0.0.1',
      port: Number(new URL(url).port),
      onFault: () => {},
      clock: systemClock,
    });
    await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
