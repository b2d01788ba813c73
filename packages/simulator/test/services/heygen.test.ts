import { describe, expect, test } from 'vitest';
import type { MockServices } from '../../src/services';
import { at, send, start, textAt } from './stage';

const ANSWER = { type: 'answer', sdp: 'v=0\r\n' };
const CANDIDATE = {
  candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host',
  sdpMid: '0',
  sdpMLineIndex: 0,
  usernameFragment: 'abcd',
};

function heygenCalls({ urls, keys }: MockServices) {
  const headers = { 'X-Api-Key': keys.heygen };
  const call = (path: string, json?: unknown) => send(`${urls.heygen}${path}`, json, { headers });
  return {
    call,
    create: (more: object = {}) =>
      call('/v1/streaming.new', {
        quality: 'high',
        avatar_name: 'mock_ada_lite',
        voice: { voice_id: 'mock-voice-1' },
        ...more,
      }),
  };
}

describe('HeyGen v1 over real HTTP', () => {
  test('the server offers, takes candidates and the answer, says texts, and stops', async () => {
    const seen: unknown[] = [];
    const { mock } = await start({
      rooms: ({ provider, request }) => {
        seen.push(provider, request['quality']);
        return {
          credentials: {
            offer: { type: 'offer', sdp: 'v=0 from the room' },
            iceServers: [{ urls: 'stun:x.invalid' }],
          },
          acceptAnswer: (answer) => void seen.push(answer),
          addCandidate: (candidate) => void seen.push(candidate),
          speak: (text) => void seen.push(text),
          close: (why) => void seen.push(why),
        };
      },
    });
    const { call, create } = heygenCalls(mock);
    const created = await create();
    expect(created.body).toEqual({
      code: 100,
      message: 'success',
      data: {
        session_id: expect.any(String),
        sdp: { type: 'offer', sdp: 'v=0 from the room' },
        ice_servers2: [{ urls: 'stun:x.invalid' }],
      },
    });
    const session_id = textAt(created.body, 'data.session_id');
    const status = async () => at((await call('/v1/streaming.list')).body, 'data.sessions.0.status');

    expect(await status()).toBe('new');
    expect((await call('/v1/streaming.ice', { session_id, candidate: CANDIDATE })).status).toBe(200);
    expect((await call('/v1/streaming.start', { session_id, sdp: ANSWER })).status).toBe(200);
    expect(await status()).toBe('connected');
    expect(at((await call('/v1/streaming.task', { session_id, text: 'Hello.' })).body, 'data')).toEqual({
      duration_ms: expect.any(Number),
      task_id: expect.any(String),
    });
    expect((await call('/v1/streaming.stop', { session_id })).status).toBe(200);
    expect(at((await call('/v1/streaming.list')).body, 'data.sessions')).toEqual([]);
    expect(seen).toEqual(['webrtc', 'high', CANDIDATE, ANSWER, 'Hello.', 'closed']);
  });

  test('a call out of its state is HTTP 400 with 400006', async () => {
    const { mock } = await start();
    const { call, create } = heygenCalls(mock);
    const session_id = textAt((await create()).body, 'data.session_id');
    const wrong = { status: 400, body: { code: 400006, message: expect.any(String) } };
    expect(await call('/v1/streaming.task', { session_id, text: 'too early' })).toMatchObject(wrong);
    await call('/v1/streaming.start', { session_id, sdp: ANSWER });
    expect(await call('/v1/streaming.start', { session_id, sdp: ANSWER })).toMatchObject(wrong);
    await call('/v1/streaming.stop', { session_id });
    for (const path of ['stop', 'ice', 'start', 'task'])
      expect(
        await call(`/v1/streaming.${path}`, { session_id, text: 'x', sdp: ANSWER, candidate: CANDIDATE }),
      ).toMatchObject({ status: 400, body: { code: 400006, message: 'session state wrong: closed' } });
  });

  test('an answer that the avatar did not take may be followed by another', async () => {
    let answers = 0;
    const { mock } = await start({
      rooms: () => ({
        credentials: { offer: { type: 'offer', sdp: 'v=0' } },
        close() {},
        acceptAnswer() {
          answers += 1;
          if (answers === 1) throw new Error('no');
        },
      }),
    });
    const { call, create } = heygenCalls(mock);
    const session_id = textAt((await create()).body, 'data.session_id');
    const answer = async () => (await call('/v1/streaming.start', { session_id, sdp: ANSWER })).status;
    expect([await answer(), await answer(), await answer()]).toEqual([500, 200, 400]);
  });

  test('wrong requests are refused', async () => {
    const { mock } = await start();
    const { call, create } = heygenCalls(mock);
    const session_id = textAt((await create()).body, 'data.session_id');
    const refused = [
      await create({ quality: 'best' }),
      await create({ avatar_name: 'nobody' }),
      await create({ voice: { voice_id: 'nobody' } }),
      await create({ voice: 'ada' }),
      await call('/v1/streaming.start', { session_id, sdp: { type: 'offer', sdp: 'x' } }),
      await call('/v1/streaming.ice', { session_id }),
      await call('/v1/streaming.ice', { session_id, candidate: { ...CANDIDATE, sdpMLineIndex: '0' } }),
      await call('/v1/streaming.task', { session_id }),
      await call('/v1/streaming.stop', {}),
      await call('/v1/streaming.stop', { session_id: 'nobody' }),
      await send(`${mock.urls.heygen}/v1/streaming.list`),
    ];
    expect(refused.map(({ status, body }) => [status, at(body, 'code')])).toEqual([
      [400, 400],
      [404, 404],
      [404, 404],
      [400, 400],
      [400, 400],
      [400, 400],
      [400, 400],
      [400, 400],
      [400, 400],
      [400, 400004],
      [401, 400112],
    ]);
  });

  test.each([
    [{}, 3],
    [{ maxOpenSessions: 7 }, 7],
  ])('with the account %j there may be %i sessions at once, and a close makes room', async (heygen, most) => {
    const { mock } = await start({ heygen });
    const { call, create } = heygenCalls(mock);
    const ids: string[] = [];
    for (let each = 0; each < most; each += 1) ids.push(textAt((await create()).body, 'data.session_id'));
    expect((await create()).status).toBe(429);
    await call('/v1/streaming.stop', { session_id: ids[0] });
    expect((await create()).status).toBe(200);
  });

  test('lists of avatars and voices name what a session takes', async () => {
    const { mock } = await start();
    const { call } = heygenCalls(mock);
    expect(at((await call('/v1/streaming/avatar.list')).body, 'data.0.avatar_id')).toBe('mock_ada_lite');
    expect(at((await call('/v2/voices')).body, 'data.voices.0.voice_id')).toBe('mock-voice-1');
  });

  test('a forgotten session is closed after three minutes without a call, and costs them', async () => {
    const { mock, clock } = await start();
    const { call, create } = heygenCalls(mock);
    const session_id = textAt((await create()).body, 'data.session_id');
    await clock.advance(170_000);
    await call('/v1/streaming.start', { session_id, sdp: ANSWER });
    await clock.advance(170_000);
    expect(mock.heygen.open).toBe(1);
    await clock.advance(10_000);
    expect(mock.heygen).toMatchObject({ open: 0, closed: 0, costSeconds: 350 });
    expect((await call('/v1/streaming.task', { session_id, text: 'x' })).body).toMatchObject({
      code: 400006,
    });
    expect(clock.scheduled).toBe(0);
  });
});
