import { describe, expect, test } from 'vitest';
import type { MockServices } from '../../src/services';
import { at, send, start, textAt } from './stage';

function liveavatarCalls({ urls, keys }: MockServices) {
  const base = `${urls.liveavatar}/v1/sessions`;
  return {
    token: (more: object = {}) =>
      send(
        `${base}/token`,
        { mode: 'FULL', avatar_id: '2a1b', avatar_persona: { voice_id: 'v', language: 'en' }, ...more },
        { headers: { 'X-API-KEY': keys.liveavatar } },
      ),
    withToken:
      (token: string) =>
      (path: string, method = 'POST') =>
        send(`${base}${path}`, undefined, { method, headers: { authorization: `Bearer ${token}` } }),
  };
}

describe('LiveAvatar over real HTTP', () => {
  test('a token starts one session, keeps it alive and stops it', async () => {
    const { mock, clock } = await start();
    const { token, withToken } = liveavatarCalls(mock);
    const given = await token({ max_session_duration: 900 });
    expect(given.body).toEqual({
      code: 1000,
      message: 'success',
      data: { session_id: expect.any(String), session_token: expect.any(String) },
    });
    const call = withToken(textAt(given.body, 'data.session_token'));
    expect(mock.liveavatar.opened).toBe(0);
    const started = await call('/start');
    expect(at(started.body, 'data')).toEqual({
      session_id: at(given.body, 'data.session_id'),
      livekit_url: expect.stringMatching(/^wss:/),
      livekit_client_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      livekit_agent_token: null,
      max_session_duration: 900,
      ws_url: null,
    });
    expect((await call('/start')).status).toBe(400);

    await clock.advance(299_000);
    expect((await call('/keep-alive')).body).toEqual({ code: 1000, data: null, message: 'success' });
    await clock.advance(299_000);
    expect(mock.liveavatar.open).toBe(1);
    expect((await call('/stop')).status).toBe(200);
    await clock.advance(100_000);
    expect(mock.liveavatar).toMatchObject({ open: 0, closed: 1, costSeconds: 598 });
    for (const path of ['/stop', '/keep-alive']) expect((await call(path)).status).toBe(404);
    expect(clock.scheduled).toBe(0);
  });

  test('who has lost the token keeps it alive and stops it with the API key and the session id', async () => {
    const { mock } = await start();
    const { token, withToken } = liveavatarCalls(mock);
    const given = await token();
    await withToken(textAt(given.body, 'data.session_token'))('/start');
    const withKey = (path: string, body: object, key = mock.keys.liveavatar) =>
      send(`${mock.urls.liveavatar}/v1/sessions${path}`, body, { headers: { 'X-API-KEY': key } });
    const session_id = textAt(given.body, 'data.session_id');
    expect((await withKey('/stop', { session_id }, 'another')).status).toBe(401);
    expect((await withKey('/stop', {})).status).toBe(422);
    expect((await withKey('/stop', { session_id: 'nobody' })).status).toBe(404);
    expect((await withKey('/keep-alive', { session_id })).status).toBe(200);
    expect((await withKey('/stop', { session_id })).status).toBe(200);
    expect(mock.liveavatar).toMatchObject({ open: 0, closed: 1 });
  });

  test('without keep-alive it ends after five minutes, and in any case at its longest', async () => {
    const { mock, clock } = await start();
    const { token, withToken } = liveavatarCalls(mock);
    const open = async (max_session_duration: number) => {
      const call = withToken(textAt((await token({ max_session_duration })).body, 'data.session_token'));
      await call('/start');
      return call;
    };
    await open(900);
    const short = await open(120);
    await clock.advance(120_000);
    expect(mock.liveavatar.open).toBe(1);
    expect((await short('/keep-alive')).status).toBe(404);
    await clock.advance(180_000);
    expect(mock.liveavatar).toMatchObject({ open: 0, closed: 0, costSeconds: 420 });
  });

  test('LITE has a socket’s address; DELETE stops as well; 100 is the other success', async () => {
    const { mock } = await start({ liveavatar: { successCode: 100 } });
    const { token, withToken } = liveavatarCalls(mock);
    const given = await token({ mode: 'LITE' });
    expect(given.body).toMatchObject({ code: 100 });
    const call = withToken(textAt(given.body, 'data.session_token'));
    expect(at((await call('/start')).body, 'data.ws_url')).toMatch(/^wss:/);
    expect((await call('', 'DELETE')).body).toMatchObject({ code: 100 });
    expect(mock.liveavatar.open).toBe(0);
  });

  test('wrong requests are refused with a message', async () => {
    const { mock } = await start({ liveavatar: { avatars: ['2a1b'], maxOpenSessions: 0 } });
    const { token, withToken } = liveavatarCalls(mock);
    const call = withToken(textAt((await token()).body, 'data.session_token'));
    const refused = [
      await token({ mode: 'HALF' }),
      await token({ avatar_id: '' }),
      await token({ avatar_id: 'nobody' }),
      await token({ max_session_duration: 0 }),
      await token({ is_sandbox: 'yes' }),
      await token({ interactivity_type: 'TALK' }),
      await token({ avatar_persona: 'Ada' }),
      await token({ video_settings: { quality: 'best' } }),
      await call('/stop'),
      await call('/start'),
      await withToken('wrong')('/start'),
      await send(`${mock.urls.liveavatar}/v1/sessions/token`, { mode: 'FULL', avatar_id: '2a1b' }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([
      422, 422, 404, 422, 422, 422, 422, 422, 400, 429, 401, 401,
    ]);
    for (const { body, status } of refused)
      expect(body).toEqual({ code: status, data: null, message: expect.stringMatching(/\w/) });
  });
});
