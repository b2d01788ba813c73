import { AvatarError } from '@avatarwire/core';
import { agoraError } from '@avatarwire/simulator/agora';
import { describe, expect, test } from 'vitest';
import { isGone, joinError, publishError, sendError } from '../src/agora-errors';

const TOKEN = '007eJxTYHj-a-token-of-nobody';

describe('a join that failed', () => {
  test.for([
    ['CAN_NOT_GET_GATEWAY_SERVER', 'credentials-refused', false],
    ['TOKEN_EXPIRE', 'credentials-refused', false],
    ['UID_CONFLICT', 'credentials-refused', false],
    ['INVALID_UINT_UID_FROM_STRING_UID', 'credentials-refused', false],
    ['INVALID_PARAMS', 'invalid-credentials', false],
    ['NETWORK_TIMEOUT', 'connect-timeout', true],
    ['TIMEOUT', 'connect-timeout', true],
    ['NOT_SUPPORTED', 'unsupported', false],
    ['WEB_SECURITY_RESTRICT', 'unsupported', false],
    ['NETWORK_ERROR', 'network', true],
    ['NETWORK_RESPONSE_ERROR', 'network', true],
    ['WS_ABORT', 'network', true],
    ['VOID_GATEWAY_ADDRESS', 'network', true],
    ['OPERATION_ABORTED', 'network', true],
    ['SOMETHING_NEW', 'network', true],
  ] as const)('with %s is %s', ([code, ours, retryable]) => {
    const cause = agoraError(code, 'what the vendor says');

    expect(joinError(cause, TOKEN)).toMatchObject({
      code: ours,
      retryable,
      provider: 'agora',
      serviceCode: code,
      cause,
    });
  });

  test("because of its credentials carries the SDK's text, which alone says what is wrong", () => {
    const error = joinError(agoraError('CAN_NOT_GET_GATEWAY_SERVER', 'dynamic key expired'), TOKEN);

    expect(error.message).toContain('dynamic key expired');
  });

  test('because every gateway was busy may succeed later', () => {
    const busy = agoraError('CAN_NOT_GET_GATEWAY_SERVER', 'no edge services', { retry: true });

    expect(joinError(busy, TOKEN)).toMatchObject({ code: 'network', retryable: true });
  });

  test.for([new TypeError('x is undefined'), 'a text', undefined, null, 7])(
    'with %o, which has no code, is a fault of the network',
    (thrown) => {
      const error = joinError(thrown, TOKEN);

      expect(error).toMatchObject({ code: 'network', provider: 'agora' });
      expect(error).not.toHaveProperty('serviceCode');
    },
  );

  test('with an error of ours stays what it is', () => {
    const error = new AvatarError('connect-timeout', 'late');

    expect(joinError(error, TOKEN)).toBe(error);
  });
});

test('the token is in no message, stack, data or cause', () => {
  const inner = new Error(`inner ${TOKEN}`);
  const thrown = Object.assign(
    agoraError('CAN_NOT_GET_GATEWAY_SERVER', `token: ${TOKEN}`, { asked: { token: TOKEN } }),
    { cause: inner },
  );
  const error = joinError(thrown, TOKEN);
  const cause = error.cause as typeof thrown;

  expect(cause).toMatchObject({ code: 'CAN_NOT_GET_GATEWAY_SERVER', name: 'AgoraRTCException' });
  for (const text of [error.message, error.stack, cause.message, cause.stack, cause.cause.message])
    expect(text).not.toContain(TOKEN);
  expect(JSON.stringify(cause.data)).toBe('{"asked":{"token":"[redacted]"}}');
});

test.for([
  ['INVALID_PARAMS', 'packet-too-large'],
  ['INVALID_OPERATION', 'not-connected'],
  ['WS_ABORT', 'network'],
  ['UNEXPECTED_RESPONSE', 'network'],
] as const)('a packet refused with %s is %s', ([code, ours]) => {
  expect(sendError(agoraError(code), TOKEN)).toMatchObject({ code: ours, serviceCode: code });
});

test.for([
  ['INVALID_OPERATION', 'not-connected'],
  ['CAN_NOT_PUBLISH_MULTIPLE_VIDEO_TRACKS', 'unsupported'],
  ['EXIST_DISABLED_VIDEO_TRACK', 'unsupported'],
  ['INVALID_LOCAL_TRACK', 'invalid-argument'],
  ['INVALID_PARAMS', 'invalid-argument'],
  ['NOT_SUPPORTED', 'unsupported'],
  ['WS_ABORT', 'network'],
] as const)('a track refused with %s is %s', ([code, ours]) => {
  expect(publishError(agoraError(code), TOKEN)).toMatchObject({ code: ours, serviceCode: code });
});

test('who left, or stopped, before we had subscribed is gone, and nothing else is', () => {
  const codes = ['INVALID_REMOTE_USER', 'REMOTE_USER_IS_NOT_PUBLISHED', 'SUBSCRIBE_FAILED'];

  expect(codes.map((code) => isGone(agoraError(code)))).toEqual([true, true, false]);
});
