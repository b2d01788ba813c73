import { AvatarError } from '@avatarwire/core';
import { describe, expect, test } from 'vitest';
import { connectError, lostError, publishError, sendError } from '../src/trtc-errors';
import { rtcError } from './double/double-room';

const SIG = 'eJyrVgrxCdYrSy1SslIy0jNQ0gHzM1NS80oy0zLBwmbG';

describe('why joining failed', () => {
  test.each([
    [5400, 0, 'connect-timeout', 5400],
    [5400, undefined, 'connect-timeout', 5400],
    [5400, 70001, 'credentials-refused', 70001],
    [5400, 70003, 'credentials-refused', 70003],
    [5400, 70010, 'credentials-refused', 70010],
    [5400, 70013, 'credentials-refused', 70013],
    [5400, 70014, 'credentials-refused', 70014],
    [5400, 70052, 'credentials-refused', 70052],
    [5400, -8, 'credentials-refused', -8],
    [5400, -10012, 'credentials-refused', -10012],
    [5400, -100006, 'credentials-refused', -100006],
    [5400, 5401, 'service-refused', 5401],
    [5400, -100013, 'service-refused', -100013],
    [5400, -100024, 'service-refused', -100024],
    [5400, -10015, 'network', -10015],
    [5400, -10016, 'network', -10016],
    [5400, -100021, 'network', -100021],
    [5400, -100022, 'network', -100022],
    [5400, -1, 'network', -1],
    [5500, undefined, 'network', 5500],
    [5500, 5501, 'network', 5501],
    [5998, undefined, 'network', 5998],
    [5999, undefined, 'network', 5999],
    [5100, undefined, 'network', 5100],
    [5200, 5202, 'unsupported', 5202],
    [5000, 5002, 'invalid-credentials', 5002],
    [5000, 5012, 'invalid-credentials', 5012],
    [5000, 5016, 'invalid-credentials', 5016],
  ] as const)('%s/%s is %s, with serviceCode %s', (code, extraCode, ours, serviceCode) => {
    const thrown = rtcError(code, extraCode);

    expect(connectError(thrown, SIG)).toMatchObject({
      code: ours,
      serviceCode,
      provider: 'trtc',
      cause: thrown,
    });
  });

  test.each([5012, 5013, 5015, 5016])('%s, which the documents mix up, names the room', (extraCode) => {
    expect(connectError(rtcError(5000, extraCode), SIG).message).toContain('credentials.room');
  });

  test('what nobody knows is a fault of the network, and our own errors stay', () => {
    const ours = new AvatarError('unsupported', 'no');

    expect(connectError('a text', SIG)).toMatchObject({ code: 'network', cause: 'a text' });
    expect(connectError(undefined, SIG)).toMatchObject({ code: 'network' });
    expect(connectError(ours, SIG)).toBe(ours);
  });

  test('the signature is taken out of message, stack and what caused it', () => {
    const thrown = Object.assign(rtcError(5400, 70003, `bad ${SIG}`), { data: { userSig: SIG } });
    thrown.cause = new Error(`sent ${SIG}`);
    const { cause, message } = connectError(thrown, SIG);

    const text = JSON.stringify([
      message,
      cause,
      String(cause),
      cause instanceof Error && [cause.stack, cause.cause],
    ]);
    expect(text).not.toContain(SIG);
    expect(cause).toMatchObject({ code: 5400, extraCode: 70003, data: { userSig: '[redacted]' } });
  });
});

describe('why it ended by itself', () => {
  test.each([
    [5500, 5502, 'network'],
    [5400, 0, 'network'],
    [5999, undefined, 'network'],
    [5400, 70001, 'credentials-refused'],
  ] as const)('%s/%s is %s', (code, extraCode, ours) => {
    expect(lostError(rtcError(code, extraCode), SIG)).toMatchObject({ code: ours });
  });
});

describe('why a packet was not taken', () => {
  test('4097 is service-busy for a window and a little, whatever its class, and is not looked for in 5100', () => {
    expect(sendError({ code: 4097, extraCode: 0 }, SIG)).toMatchObject({
      code: 'service-busy',
      retryAfterMs: 1_050,
      serviceCode: 4097,
      retryable: true,
    });
    expect(sendError(rtcError(5100), SIG)).toMatchObject({ code: 'network' });
  });

  test.each([
    [5000, 5018, 'packet-too-large'],
    [5100, 5101, 'not-connected'],
    [5100, 5107, 'unsupported'],
    [5000, 5004, 'network'],
    [5999, undefined, 'network'],
  ] as const)('%s/%s is %s', (code, extraCode, ours) => {
    const thrown = rtcError(code, extraCode);

    expect(sendError(thrown, SIG)).toMatchObject({ code: ours, cause: thrown });
  });
});

test.each([
  [5100, 5107, 'unsupported'],
  [5200, 5201, 'unsupported'],
  [5998, undefined, 'network'],
] as const)('a track that is not sent for %s/%s is %s', (code, extraCode, ours) => {
  expect(publishError(rtcError(code, extraCode), SIG)).toMatchObject({ code: ours, provider: 'trtc' });
});
