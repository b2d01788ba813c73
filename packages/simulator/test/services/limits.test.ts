import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { startMockServices } from '../../src/services';
import { akoolCalls, send, start } from './stage';

/** With a name for the host that `fetch` would not send. */
function statusFor(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: '/_mock/state', headers: { host }, agent: false });
    sent.once('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.once('error', reject);
    sent.end();
  });
}

describe('limits on input, over real HTTP', () => {
  test('a body over the limit is refused with HTTP 413 in the service’s own form', async () => {
    const { mock } = await start({ maxBodyBytes: 1_000 });
    const { create } = akoolCalls(mock);
    expect((await create({ language: 'x'.repeat(700) })).status).toBe(200);
    expect(await create({ language: 'x'.repeat(1_000) })).toMatchObject({
      status: 413,
      body: { code: 1003 },
    });
    expect(await create({ language: 'x'.repeat(5_000_000) })).toMatchObject({ status: 413 });
    expect((await create()).status).toBe(200);
  });

  test('a body without end is broken off', async () => {
    const { mock } = await start();
    const socket = connect(mock.port, '127.0.0.1');
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => {});
    socket.write('POST /akool/x HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n');
    const piece = `100000\r\n${'x'.repeat(0x10_0000)}\r\n`;
    const more = () => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.on('drain', more);
    more();
    await closed;
    expect((await send(`${mock.urls.control}/state`)).status).toBe(200);
  });

  test('JSON nested too deep is refused, deep text in a string is not', async () => {
    const { mock } = await start({ maxJsonDepth: 5 });
    const { create } = akoolCalls(mock);
    const nested = (depth: number): unknown => (depth === 0 ? {} : { in: nested(depth - 1) });
    expect((await create({ extra: nested(3) })).status).toBe(200);
    expect(await create({ extra: nested(4) })).toMatchObject({ status: 400, body: { code: 1003 } });
    expect((await create({ language: '[{"\\'.repeat(40) })).status).toBe(200);
  });

  test('what is no JSON is refused', async () => {
    const { mock } = await start();
    const response = await fetch(`${mock.urls.akool}/api/open/v4/liveAvatar/session/create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': mock.keys.akool.apiKey },
      body: '{"avatar_id":',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 1003 });
  });

  test('paths and methods that a service does not have are 404 and 405, in its own form', async () => {
    const { mock } = await start();
    const { call } = akoolCalls(mock);
    expect(await call('/v3/liveAvatar/session/create', {})).toMatchObject({
      status: 404,
      body: { code: 1003 },
    });
    expect(await call('/v4/liveAvatar/session/create')).toMatchObject({ status: 405, body: { code: 1003 } });
    expect((await send(`${mock.urls.heygen}/v1/sessions/start`, {})).status).toBe(404);
    expect((await send(`http://127.0.0.1:${mock.port}/`)).status).toBe(404);
    expect(mock.akool.calls.map(({ name }) => name)).toEqual(['unknown', 'unknown']);
  });

  test('only this machine’s names are answered, so that no page can point its own name here', async () => {
    const { mock } = await start();
    expect(await statusFor(mock.port, `127.0.0.1:${mock.port}`)).toBe(200);
    expect(await statusFor(mock.port, 'localhost')).toBe(200);
    expect(await statusFor(mock.port, 'evil.example')).toBe(403);
    expect(await statusFor(mock.port, '127.0.0.1.evil.example')).toBe(403);
  });

  test('a port that is none or in use, and an amount that is none, are refused by name', async () => {
    const { mock } = await start();
    for (const [options, words] of [
      [{ port: -1 }, /^port/],
      [{ port: 1.5 }, /^port/],
      [{ port: mock.port }, /in use/],
      [{ maxBodyBytes: 0 }, /^maxBodyBytes/],
      [{ maxJsonDepth: Number.NaN }, /^maxJsonDepth/],
      [{ closeMs: -1 }, /^closeMs/],
      [{ heygen: { maxOpenSessions: Number.NaN } }, /^heygen\.maxOpenSessions/],
      [{ akool: { queueMs: -1 } }, /^akool\.queueMs/],
      [{ a2e: { hosts: '3' as unknown as number } }, /^a2e\.hosts/],
      [{ liveavatar: { silenceMs: -5 } }, /^liveavatar\.silenceMs/],
      [{ model: { pieceMs: Number.NaN } }, /^model\.pieceMs/],
    ] as const)
      await expect(startMockServices(options)).rejects.toMatchObject({
        code: 'invalid-argument',
        message: expect.stringMatching(words),
      });
  });
});
