import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAvatarError, parseAkoolSession, serviceCodeMeaning } from '../src';
import type { AvatarError } from '../src/errors';

const AGORA = { agora_app_id: 'app', agora_channel: 'room', agora_token: 'SECRET-TOKEN', agora_uid: 100_000 };
const LIVEKIT = {
  livekit_url: 'wss://x.livekit.cloud',
  livekit_token: 'SECRET-TOKEN',
  livekit_room_name: 'room',
  livekit_client_identity: 'me',
  livekit_server_identity: 'ava',
};
const TRTC = {
  trtc_app_id: 20_000_001,
  trtc_room_id: '4711',
  trtc_user_id: 'me',
  trtc_user_sig: 'SECRET-TOKEN',
};
const session = (credentials: object, more: object = {}) => ({
  _id: 'id-1',
  status: 1,
  credentials,
  ...more,
});

function refusal(response: unknown): AvatarError {
  try {
    parseAkoolSession(response);
  } catch (error) {
    if (isAvatarError(error)) return error;
    throw error;
  }
  throw new Error('The answer was accepted.');
}

describe('what AKOOL answers to "create session"', () => {
  test('Agora, in the envelope', () => {
    const response = { code: 1000, msg: 'OK', data: session(AGORA, { stream_type: 'agora', duration: 300 }) };
    expect(parseAkoolSession(response)).toEqual({
      provider: 'agora',
      credentials: { appId: 'app', channel: 'room', token: 'SECRET-TOKEN', uid: 100_000 },
      service: 'akool',
      sessionId: 'id-1',
      expiresInMs: 300_000,
    });
  });

  test('LiveKit, where the avatar is named', () => {
    expect(parseAkoolSession(session(LIVEKIT))).toEqual({
      provider: 'livekit',
      credentials: { url: 'wss://x.livekit.cloud', token: 'SECRET-TOKEN' },
      service: 'akool',
      sessionId: 'id-1',
      avatarId: 'ava',
    });
  });

  test('TRTC, in both spellings, and a room keeps its type', () => {
    const expected = { sdkAppId: 20_000_001, room: '4711', userId: 'me', userSig: 'SECRET-TOKEN' };
    const other = Object.fromEntries(
      Object.entries(TRTC).map(([name, value]) => [name.replace('trtc_', 'trtc_sdk_'), value]),
    );
    expect(parseAkoolSession(session(TRTC))).toMatchObject({ provider: 'trtc', credentials: expected });
    expect(parseAkoolSession(session(other))).toMatchObject({ provider: 'trtc', credentials: expected });
    expect(parseAkoolSession(session({ ...TRTC, trtc_room_id: 4711 }))).toMatchObject({
      credentials: { ...expected, room: 4711 },
    });
  });

  test('the older name of the credentials, and numbers that became strings', () => {
    const response = { code: '1000', data: { _id: 'x', stream_urls: { ...AGORA, agora_uid: '7' } } };
    expect(parseAkoolSession(response)).toMatchObject({ provider: 'agora', credentials: { uid: 7 } });
  });

  test('only the credentials that stream_type names, where there are several', () => {
    const both = session({ ...AGORA, ...TRTC }, { stream_type: 'trtc' });
    expect(parseAkoolSession(both).provider).toBe('trtc');
  });
});

describe('what is refused', () => {
  test.each([
    [undefined, 'invalid-credentials', 'createResponse'],
    ['text', 'invalid-credentials', 'createResponse'],
    [[], 'invalid-credentials', 'createResponse'],
    [{ code: 1000 }, 'invalid-credentials', 'data'],
    [{ code: 1000, data: null }, 'invalid-credentials', 'data'],
    [{ _id: 'x' }, 'invalid-credentials', 'credentials'],
    [session({}), 'invalid-credentials', 'credentials must be those of agora, livekit or trtc'],
    [session(LIVEKIT, { stream_type: 'agora' }), 'invalid-credentials', 'credentials.agora_app_id'],
    [session({ ...AGORA, agora_token: '' }), 'invalid-credentials', 'credentials.agora_token'],
    [session({ ...AGORA, agora_uid: -1 }), 'invalid-credentials', 'credentials.agora_uid'],
    [session({ ...AGORA, agora_uid: 1.5 }), 'invalid-credentials', 'credentials.agora_uid'],
    [session({ ...LIVEKIT, livekit_url: 5 }), 'invalid-credentials', 'credentials.livekit_url'],
    [
      session({ ...TRTC, trtc_user_sig: undefined }),
      'invalid-credentials',
      'credentials.trtc_sdk_user_sig or trtc_user_sig',
    ],
    [
      session({ ...TRTC, trtc_room_id: -4 }),
      'invalid-credentials',
      'credentials.trtc_sdk_room_id or trtc_room_id',
    ],
    [session(AGORA, { status: 3 }), 'session-gone', 'status 3'],
    [session(AGORA, { status: 4 }), 'service-refused', 'status 4'],
  ])('%j as %s, naming the field', (response, code, named) => {
    const error = refusal(response);
    expect(error).toMatchObject({ code, service: 'akool' });
    expect(error.message).toContain(named);
  });

  test.each([
    [1005, 'service-busy', true],
    [1215, 'service-busy', true],
    [1101, 'credentials-refused', false],
    [1102, 'credentials-refused', false],
    [1216, 'session-gone', false],
    [1219, 'session-gone', false],
    [1104, 'service-refused', false],
    [1003, 'service-refused', false],
    [4242, 'service-refused', false],
  ])('code %i of the service is %s', (serviceCode, code, retryable) => {
    const error = refusal({ code: serviceCode, msg: 'Sorry' });
    expect(error).toMatchObject({ code, retryable, serviceCode });
    expect(error.message).toContain(serviceCodeMeaning(serviceCode) ?? 'not documented');
    expect(error.message).toContain('Sorry');
  });

  test('no error holds a token, wherever the answer carries it', () => {
    const token = '007eJxTYBBbsMMnKq7p9Hf';
    const answers = [
      { code: 1101, msg: `token ${token} is invalid` },
      { code: 1000, data: token },
      session({ ...AGORA, agora_token: token, agora_uid: token }),
      session({ ...AGORA, agora_token: [token] }),
      session({ ...LIVEKIT, livekit_url: undefined, livekit_token: token }),
      session({ ...TRTC, trtc_user_sig: { token } }),
      session({ [token]: token }),
    ];
    for (const answer of answers) {
      const error = refusal(answer);
      expect(`${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(
        token,
      );
    }
  });

  test('a code that refuses to become a number is refused as one that nobody knows', () => {
    expect(() => parseAkoolSession({ code: Object.create(null) })).toThrow(
      expect.objectContaining({ name: 'AvatarError', code: 'service-refused' }),
    );
  });

  test('any value at all is read or refused with an error of ours', () => {
    const anything = fc.oneof(
      fc.anything(),
      fc.record({ code: fc.anything(), data: fc.anything() }),
      fc.record({ credentials: fc.anything() }),
    );
    fc.assert(
      fc.property(anything, (response) => {
        expect(['invalid-credentials', 'service-refused']).toContain(refusal(response).code);
      }),
    );
  });
});

test('codes have a meaning where the service documents one, and only there', () => {
  expect(serviceCodeMeaning(1003)).toBe('a parameter is wrong or empty');
  expect(serviceCodeMeaning(1001)).toBeUndefined();
  expect(serviceCodeMeaning(Number.NaN)).toBeUndefined();
});
