import { describe, expect, test } from 'vitest';
import type { MockServices } from '../../src/services';
import { at, send, start, textAt } from './stage';

const AVATAR = '66d3f7cf1eda7f0c8b1b9d01';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function a2eCalls({ urls, keys }: MockServices) {
  const headers = { authorization: `Bearer ${keys.a2e}` };
  const call = (path: string, json?: unknown) =>
    send(`${urls.a2e}/api/v1/streaming-avatar/${path}`, json, { headers });
  return { call, open: (more: object = {}) => call('agora-token', { avatar_id: AVATAR, ...more }) };
}

describe('A2E over real HTTP', () => {
  test('a room has the documented fields and 60 s where none are asked for', async () => {
    const { mock, clock } = await start();
    const now = clock.wallNow();
    const { body, status } = await a2eCalls(mock).open();
    expect(status).toBe(200);
    expect(body).toEqual({
      code: 0,
      trace_id: expect.stringMatching(UUID),
      data: {
        token: expect.stringMatching(/^007e/),
        appId: expect.stringMatching(/^[0-9a-f]{32}$/),
        channel: expect.stringMatching(/^[a-z0-9]{5}$/),
        expire_epoch_timestamp: now / 1_000 + 60,
        expire_date_UTC: '2026-01-01 00:01:00',
        uid: expect.any(Number),
      },
    });
    expect(String(at(body, 'data.uid'))).toMatch(/^\d{9}$/);
  });

  test('what is said goes over REST to the avatar in the room', async () => {
    const heard: string[] = [];
    const { mock } = await start({
      rooms: ({ id }) => ({
        credentials: { appId: 'app', channel: id, token: 'token', uid: 123_456_789 },
        answer: (text) => void heard.push(`ask ${text}`),
        speak: (text) => void heard.push(`speak ${text}`),
        close: (why) => void heard.push(why),
      }),
    });
    const { call, open } = a2eCalls(mock);
    const channel = textAt((await open()).body, 'data.channel');
    expect((await call('set-qa-context', { channel, text: 'We open at nine.' })).body).toMatchObject({
      code: 0,
    });
    expect((await call('ask', { channel, text: 'When?' })).body).toMatchObject({ code: 0, data: {} });
    expect((await call('speak', { channel, text: 'Hello.' })).body).toMatchObject({ code: 0, data: {} });
    expect((await call('leave', { channel })).body).toMatchObject({ code: 0 });
    expect(heard).toEqual(['ask When?', 'speak Hello.', 'closed']);
  });

  test('a second leave, and words after it, are refused; the first can be made to do', async () => {
    const { mock } = await start();
    const { call, open } = a2eCalls(mock);
    const channel = textAt((await open()).body, 'data.channel');
    await call('leave', { channel });
    for (const path of ['leave', 'ask', 'speak', 'set-qa-context'])
      expect(await call(path, { channel, text: 'x' })).toMatchObject({ status: 404, body: { code: 404 } });
    mock.a2e.settings.secondLeave = 'accepted';
    expect((await call('leave', { channel })).body).toMatchObject({ code: 0 });
    expect((await call('leave', { channel: 'zzzzz' })).status).toBe(404);
  });

  test('wrong requests are refused with a text and a trace', async () => {
    const { mock } = await start();
    const { call, open } = a2eCalls(mock);
    const channel = textAt((await open()).body, 'data.channel');
    const statuses: number[] = [];
    for (const refused of [
      await open({ avatar_id: undefined }),
      await open({ avatar_id: 'nobody' }),
      await open({ expire_seconds: 14 }),
      await open({ expire_seconds: 3_601 }),
      await call('ask', { channel }),
      await call('ask', { text: 'x' }),
      await call('set-qa-context', { channel, text: 'x'.repeat(5_001) }),
      await call('talk', { channel, text: 'x' }),
    ]) {
      statuses.push(refused.status);
      expect(refused.body).toEqual({
        code: refused.status,
        msg: expect.any(String),
        trace_id: expect.stringMatching(UUID),
      });
    }
    expect(statuses).toEqual([400, 404, 400, 400, 400, 400, 400, 404]);
    expect((await send(`${mock.urls.a2e}/api/v1/streaming-avatar/all_avatars`)).status).toBe(401);
    expect(at((await call('all_avatars')).body, 'data')).toContainEqual({ _id: AVATAR, name: 'Ada' });
  });

  test('no host left is 1001 with HTTP 200', async () => {
    const { mock } = await start({ a2e: { hosts: 1 } });
    const { open } = a2eCalls(mock);
    await open();
    expect(await open()).toMatchObject({
      status: 200,
      body: { code: 1001, msg: expect.stringMatching(/occupied/i), trace_id: expect.any(String) },
    });
  });

  test('coins for all of the time are taken at once; a leave gives the rest back, an expiry does not', async () => {
    const { mock, clock } = await start();
    const { call, open } = a2eCalls(mock);
    const channel = textAt((await open({ expire_seconds: 600 })).body, 'data.channel');
    await open({ expire_seconds: 300 });
    expect(mock.a2e.coins).toBe(180);
    await clock.advance(100_000);
    expect(mock.a2e.coins).toBe(180);
    await call('leave', { channel });
    expect(mock.a2e.coins).toBe(80);
    await clock.advance(200_000);
    expect(mock.a2e).toMatchObject({ coins: 80, open: 0, closed: 1, costSeconds: 400, openSeconds: 400 });
  });

  test('a room for another channel than the session’s is a fault of the rooms, and costs nothing', async () => {
    const faults: unknown[] = [];
    const { mock } = await start({
      rooms: () => ({ credentials: { appId: 'a', channel: 'other', token: 't', uid: 1 }, close() {} }),
      onFault: (error) => faults.push(error),
    });
    expect((await a2eCalls(mock).open()).status).toBe(500);
    expect(String(faults)).toContain('channel');
    expect(mock.a2e).toMatchObject({ open: 0, costSeconds: 0 });
  });
});
