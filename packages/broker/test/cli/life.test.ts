import { describe, expect, test, vi } from 'vitest';
import { rawClient } from '../node/raw-client';
import { close, open, opened, stage, startCli } from './process';

const PATIENCE = { timeout: 20_000, interval: 20 };

describe('the command, as a process with an SQLite file and the mock AKOOL over HTTP', () => {
  test('opens a session, takes its beat, closes it, and ends on SIGTERM with nothing left open', async () => {
    const { mock, environment } = await stage();
    const { url, origin, child, ended } = await startCli(environment);
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
    expect((await fetch(`${origin}/readyz`)).status).toBe(200);

    const { sessionId } = await opened(url);
    expect(mock.akool.open).toBe(1);
    expect((await fetch(`${url}/sessions/${sessionId}/beat`, { method: 'POST' })).status).toBe(204);
    expect((await close(url, sessionId)).status).toBe(204);
    expect(mock.akool.open).toBe(0);

    child.kill('SIGTERM');
    const { code, signal, out, err } = await ended;
    expect({ code, signal, err }).toEqual({ code: 0, signal: null, err: '' });
    expect(JSON.parse(out.trim().split('\n').at(-1) ?? '')).toMatchObject({
      msg: 'Ended. Nothing stays open.',
      open: 0,
    });
    await expect(fetch(origin)).rejects.toThrow();
  });

  test('writes one line a request: id, route without ids, status, time, caller', async () => {
    const { environment } = await stage();
    const { url, lines } = await startCli(environment);
    const response = await open(url);
    const { sessionId } = (await response.json()) as { sessionId: string };
    await fetch(`${url}/sessions/${sessionId}/beat`, { method: 'POST' });
    await vi.waitFor(() => expect(lines().filter(({ msg }) => msg === 'request')).toHaveLength(2));
    expect(lines().filter(({ msg }) => msg === 'request')).toEqual([
      {
        level: 'info',
        time: expect.any(String),
        msg: 'request',
        requestId: response.headers.get('x-request-id'),
        method: 'POST',
        route: '/sessions',
        status: 201,
        ms: expect.any(Number),
        caller: 'local',
      },
      expect.objectContaining({ route: '/sessions/:id/beat', status: 204, caller: 'local' }),
    ]);
  });

  test('after kill -9, the next start closes what is due', async () => {
    const { mock, environment } = await stage();
    const impatient = {
      ...environment,
      AVATARWIRE_BEAT_MS: '100',
      AVATARWIRE_SILENCE_MS: '400',
      AVATARWIRE_SWEEP_EVERY_MS: '50',
    };
    const first = await startCli({ ...impatient, AVATARWIRE_SWEEP_EVERY_MS: '60000' });
    await opened(first.url);
    await opened(first.url);
    first.child.kill('SIGKILL');
    await first.ended;
    expect(mock.akool.open).toBe(2);

    const { child, ended } = await startCli(impatient);
    await vi.waitFor(() => expect(mock.akool.open).toBe(0), PATIENCE);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });
  });

  test.each([
    ['stand when it ends', 'false', 1, /1 session stays open/],
    ['are closed when it ends, if so set', 'true', 0, /Nothing stays open/],
  ])('sessions %s', async (_, closeOnExit, left, words) => {
    const { mock, environment } = await stage();
    const { url, child, ended } = await startCli({
      ...environment,
      AVATARWIRE_CLOSE_ON_EXIT: closeOnExit,
    });
    await opened(url);
    child.kill('SIGINT');
    const { code, out } = await ended;
    expect(code).toBe(0);
    expect(out.trim().split('\n').at(-1)).toMatch(words);
    expect(mock.akool.open).toBe(left);
  });

  test('a create that is under way at SIGTERM is answered, and its session stands', async () => {
    const { mock, environment } = await stage();
    const { url, child, ended, said } = await startCli(environment);
    const slow = mock.akool.fail('slow', { on: 'session.create' });
    const waiting = open(url);
    await vi.waitFor(() => expect(slow.waiting).toBe(1), PATIENCE);
    child.kill('SIGTERM');
    await vi.waitFor(() => expect(said.out).toContain('Ending.'), PATIENCE);
    slow.release();
    expect((await waiting).status).toBe(201);
    expect(await ended).toMatchObject({ code: 0, out: expect.stringContaining('1 session stays open') });
  });

  test('a second signal ends it at once', async () => {
    const { mock, environment } = await stage();
    const { url, child, ended, said } = await startCli(environment);
    const slow = mock.akool.fail('slow', { on: 'session.create' });
    const waiting = open(url).catch(() => 'cut off');
    await vi.waitFor(() => expect(slow.waiting).toBe(1), PATIENCE);
    child.kill('SIGTERM');
    await vi.waitFor(() => expect(said.out).toContain('Ending.'), PATIENCE);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 143 });
    expect(await waiting).toBe('cut off');
    slow.release();
  });

  test('answers nobody who calls this machine by another name', async () => {
    const { environment } = await stage();
    const { url, origin } = await startCli(environment);
    const body = '{"id":"0123456789012345678901","secret":"x"}';
    for (const path of ['/healthz', `${new URL(url).pathname}/openapi.json`]) {
      const { said } = await rawClient(origin, `GET ${path} HTTP/1.1\r\nHost: evil.example\r\n\r\n`);
      await vi.waitFor(() => expect(said()).toMatch(/^HTTP\/1\.1 403 /));
    }
    const { said } = await rawClient(
      origin,
      `POST ${new URL(url).pathname}/close HTTP/1.1\r\nHost: evil.example\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await vi.waitFor(() => expect(said()).toMatch(/^HTTP\/1\.1 403 /));
  });

  test('gives figures to who scrapes them on this machine, without ids, callers or keys', async () => {
    const { environment } = await stage();
    const { url, metricsUrl } = await startCli(environment);
    const { sessionId } = await opened(url);
    await close(url, sessionId);
    await opened(url);
    const page = await (await fetch(metricsUrl)).text();
    for (const line of [
      /^avatarwire_broker_request_duration_seconds_count\{route="\/sessions",method="POST",status="201"\} 2$/m,
      /^avatarwire_broker_open_duration_seconds_count\{service="akool",provider="agora"\} 2$/m,
      /^avatarwire_broker_closed_total\{service="akool",reason="requested"\} 1$/m,
      /^avatarwire_broker_sessions\{state="open"\} 1$/m,
      /^avatarwire_broker_sweep_duration_seconds_count\{outcome="done"\} [1-9]/m,
      /^process_resident_memory_bytes \d+/m,
    ])
      expect(page).toMatch(line);
    for (const hidden of [sessionId, 'local', environment.AKOOL_API_KEY ?? ''])
      expect(page).not.toContain(hidden);
    expect((await fetch(new URL('/', metricsUrl))).status).toBe(404);
    const { said } = await rawClient(metricsUrl, 'GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n');
    await vi.waitFor(() => expect(said()).toMatch(/^HTTP\/1\.1 403 /));
  });
});
