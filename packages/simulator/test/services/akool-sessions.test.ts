import { describe, expect, test } from 'vitest';
import type { WantedRoom } from '../../src/services';
import { akoolCalls, at, send, start, textAt } from './stage';

const OK = { code: 1000 };

describe('AKOOL sessions over real HTTP', () => {
  test('a session is created, looked at, closed once and gone', async () => {
    const { mock, clock } = await start();
    const { create, detail, close } = akoolCalls(mock);

    const created = await create();
    expect(created).toMatchObject({ status: 200, body: OK });
    const session = at(created.body, 'data') as { _id: string };
    expect(session).toEqual({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      uid: expect.any(Number),
      type: expect.any(Number),
      status: 1,
      stream_type: 'agora',
      credentials: {
        agora_app_id: expect.stringMatching(/^[0-9a-f]{32}$/),
        agora_channel: expect.any(String),
        agora_token: expect.stringMatching(/^007e/),
        agora_uid: expect.any(Number),
      },
    });

    await clock.advance(500);
    const looked = await detail(session._id);
    expect(at(looked.body, 'data')).toMatchObject({ _id: session._id, status: 2, stream_type: 'agora' });
    expect(at(looked.body, 'data.credentials')).not.toHaveProperty('agora_token');

    const closed = await close(session._id);
    expect(closed).toMatchObject({ status: 200, body: OK });
    expect(closed.body).not.toHaveProperty('data');
    expect(at((await detail(session._id)).body, 'data.status')).toBe(3);

    expect((await close(session._id)).body).toMatchObject({ code: 1219 });
    expect((await close('ffffffffffffffffffffffff')).body).toMatchObject({ code: 1216 });
    expect((await detail('ffffffffffffffffffffffff')).body).toMatchObject({ code: 1216 });
    expect(mock.akool.sessions[0]?.closeCalls).toBe(2);
  });

  test('credentials have the fields of the provider that was asked for', async () => {
    const { mock } = await start();
    const { create } = akoolCalls(mock);
    const credentials = async (stream_type: string) =>
      at((await create({ stream_type })).body, 'data.credentials');

    expect(Object.keys((await credentials('livekit')) as object)).toEqual([
      'livekit_url',
      'livekit_token',
      'livekit_room_name',
      'livekit_client_identity',
      'livekit_server_identity',
    ]);
    expect(await credentials('trtc')).toEqual({
      trtc_sdk_app_id: expect.any(Number),
      trtc_sdk_room_id: expect.any(String),
      trtc_sdk_user_id: expect.any(String),
      trtc_sdk_user_sig: expect.any(String),
    });
    mock.akool.settings.trtcSpelling = 'demo';
    expect(Object.keys((await credentials('trtc')) as object)).toEqual([
      'trtc_app_id',
      'trtc_room_id',
      'trtc_user_id',
      'trtc_user_sig',
    ]);
    mock.akool.settings.credentialsAt = 'stream_urls';
    expect((await create()).body).toHaveProperty('data.stream_urls.agora_app_id');
  });

  test('the answer to close is that of the other document when so set', async () => {
    const { mock } = await start({ akool: { closeAnswers: 'data' } });
    const { create, close } = akoolCalls(mock);
    const id = textAt((await create()).body, 'data._id');
    expect(at((await close(id)).body, 'data')).toEqual({
      session_id: id,
      status: 'closed',
      closed_at: expect.any(Number),
    });
  });

  test.each([
    ['no avatar', { avatar_id: undefined }, 1003],
    ['an empty avatar', { avatar_id: '' }, 1003],
    ['an avatar that is not there', { avatar_id: 'nobody' }, 1008],
    ['an avatar that is busy', { avatar_id: 'mock_Busy_1080P' }, 1215],
    ['a duration over an hour', { duration: 3601 }, 1003],
    ['no duration at all', { duration: 0 }, 1003],
    ['a duration in words', { duration: '300' }, 1003],
    ['another network', { stream_type: 'zoom' }, 1003],
    ['a mode that is not there', { mode_type: 4 }, 1003],
    ['voice parameters that are no object', { voice_params: 'fast' }, 1003],
    ['a language that is no text', { language: 7 }, 1003],
    ['a knowledge base that is not there', { knowledge_id: '65b0000000000000000000ff' }, 1008],
    ['half of an own room', { credentials: { agora_app_id: 'x', agora_channel: 'y' } }, 1003],
  ])('a create with %s is refused', async (_, more, code) => {
    const { mock } = await start();
    expect(await akoolCalls(mock).create(more)).toMatchObject({ status: 200, body: { code } });
    expect(mock.akool.opened).toBe(0);
  });

  test('a create takes every documented field, and a room of one’s own', async () => {
    const wanted: WantedRoom[] = [];
    const { mock } = await start({
      rooms: (room) => {
        wanted.push(room);
        return undefined;
      },
    });
    const own = { livekit_url: 'wss://own.example', livekit_token: 'own-token' };
    const body = {
      avatar_id: 'dvp_Tristan_cloth2_1080P',
      duration: 600,
      stream_type: 'livekit',
      knowledge_id: '65b000000000000000000001',
      voice_id: 'mock-voice-2',
      voice_url: 'https://example.com/voice.mp3',
      language: 'en',
      mode_type: 2,
      background_url: 'https://example.com/background.png',
      voice_params: { speed: 1.2, turn_detection: { type: 'server_vad' } },
      credentials: own,
    };
    const { create } = akoolCalls(mock);
    expect(at((await create(body)).body, 'data.credentials')).toEqual(own);
    expect(wanted).toMatchObject([
      { service: 'akool', provider: 'livekit', durationSeconds: 600, ownRoom: own, request: body },
    ]);
  });

  test('the list counts, pages, filters by status and shows no token', async () => {
    const { mock, clock } = await start();
    const { create, close, list } = akoolCalls(mock);
    const ids: string[] = [];
    for (let each = 0; each < 3; each += 1) ids.push(textAt((await create()).body, 'data._id'));
    await close(ids[0]);
    await clock.advance(500);

    const all = await list();
    expect(at(all.body, 'data.count')).toBe(3);
    expect((at(all.body, 'data.result') as { _id: string }[]).map(({ _id }) => _id)).toEqual(
      [...ids].reverse(),
    );
    expect(JSON.stringify(all.body)).not.toContain('agora_token');
    expect(at((await list('?page=2&size=2')).body, 'data.result')).toMatchObject([
      { _id: ids[0], status: 3 },
    ]);
    expect(at((await list('?page=1&size=100&status=2')).body, 'data.count')).toBe(2);
    for (const query of ['?size=101', '?size=0', '?page=0', '?page=x', '?status=5'])
      expect((await list(query)).body).toMatchObject({ code: 1003 });
  });

  test('a body that is not declared as JSON is as good as empty', async () => {
    const { mock } = await start();
    const response = await fetch(`${mock.urls.akool}/api/open/v4/liveAvatar/session/create`, {
      method: 'POST',
      headers: { 'x-api-key': mock.keys.akool.apiKey },
      body: JSON.stringify({ avatar_id: 'dvp_Tristan_cloth2_1080P' }),
    });
    expect(await response.json()).toMatchObject({ code: 1003 });
  });
});

describe('what AKOOL sessions cost, on a virtual clock', () => {
  test('all of the duration is charged at once, and a close gives back what was not used', async () => {
    const { mock, clock } = await start();
    const { create, close } = akoolCalls(mock);
    const id = textAt((await create({ duration: 600 })).body, 'data._id');
    expect(mock.akool.costSeconds).toBe(600);
    await clock.advance(42_000);
    expect(mock.akool).toMatchObject({ open: 1, costSeconds: 600, openSeconds: 42 });
    await close(id);
    await clock.advance(3_600_000);
    expect(mock.akool).toMatchObject({ open: 0, closed: 1, costSeconds: 42, openSeconds: 42 });
    expect(clock.scheduled).toBe(0);
  });

  test('a session that nobody closes costs all of it, ends by itself, and then is closed already', async () => {
    const { mock, clock } = await start();
    const { create, close, detail } = akoolCalls(mock);
    const id = textAt((await create({ duration: 300 })).body, 'data._id');
    await clock.advance(300_000);
    expect(mock.akool).toMatchObject({ open: 0, closed: 0, costSeconds: 300, openSeconds: 300 });
    expect(mock.akool.sessions[0]).toMatchObject({ ended: 'expired', costSeconds: 300 });
    expect(at((await detail(id)).body, 'data.status')).toBe(3);
    expect((await close(id)).body).toMatchObject({ code: 1219 });
  });

  test('what the account cannot pay in full is refused with 1104, and paid again after a close', async () => {
    const { mock } = await start({ akool: { creditSeconds: 700 } });
    const { create, close } = akoolCalls(mock);
    const id = textAt((await create({ duration: 600 })).body, 'data._id');
    expect((await create({ duration: 600 })).body).toMatchObject({ code: 1104 });
    await close(id);
    expect((await create({ duration: 600 })).body).toMatchObject({ code: 1000 });
  });

  test('more sessions than there may be are refused with 1215', async () => {
    const { mock } = await start({ akool: { maxOpenSessions: 1 } });
    const { create } = akoolCalls(mock);
    expect((await create()).body).toMatchObject({ code: 1000 });
    expect((await create()).body).toMatchObject({ code: 1215 });
  });
});

describe('AKOOL’s keys and tokens', () => {
  test('a token from getToken opens sessions, wins over the key, and ends', async () => {
    const { mock } = await start();
    const { call } = akoolCalls(mock);
    const { clientId, clientSecret } = mock.keys.akool;
    const answer = await send(`${mock.urls.akool}/api/open/v3/getToken`, { clientId, clientSecret });
    expect(answer.body).toEqual({ code: 1000, msg: 'OK', token: expect.any(String) });
    const bearer = { authorization: `Bearer ${textAt(answer.body, 'token')}` };
    const list = (headers: Record<string, string>) =>
      send(`${mock.urls.akool}/api/open/v3/language/list`, undefined, { headers });

    expect((await list(bearer)).body).toMatchObject({ code: 1000 });
    mock.akool.expireTokens();
    expect(await list(bearer)).toMatchObject({ status: 200, body: { code: 1101 } });
    // The key beside it would do; `Authorization` counts.
    expect((await call('/v3/language/list', undefined, { headers: bearer })).body).toMatchObject({
      code: 1101,
    });

    mock.akool.settings.tokenAt = 'data';
    expect((await send(`${mock.urls.akool}/api/open/v3/getToken`, { clientId, clientSecret })).body).toEqual({
      code: 1000,
      msg: 'OK',
      data: { token: expect.any(String) },
    });
  });

  test('no credentials are 1102, wrong ones 1101, and half of them 1003', async () => {
    const { mock } = await start();
    const list = (headers: Record<string, string> = {}) =>
      send(`${mock.urls.akool}/api/open/v4/knowledge/list`, undefined, { headers });
    expect(await list()).toMatchObject({ status: 200, body: { code: 1102 } });
    expect((await list({ 'x-api-key': 'wrong' })).body).toMatchObject({ code: 1101 });
    expect((await list({ authorization: 'Bearer wrong' })).body).toMatchObject({ code: 1101 });
    expect((await list({ authorization: 'Basic x' })).body).toMatchObject({ code: 1102 });
    const token = `${mock.urls.akool}/api/open/v3/getToken`;
    expect((await send(token, { clientId: 'x' })).body).toMatchObject({ code: 1003 });
    expect((await send(token, { clientId: 'x', clientSecret: 'y' })).body).toMatchObject({ code: 1101 });
  });
});
