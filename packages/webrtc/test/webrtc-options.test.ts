import { isAvatarError, type ProviderCredentials } from '@avatarwire/core';
import { describe, expect, test } from 'vitest';
import { createLoopbackSignalling, webrtc } from '../src/index';
import { checkCredentials, toSettings } from '../src/webrtc-options';

const signalling = createLoopbackSignalling().local;

function errorOf(run: () => unknown): { code: string; message: string } {
  try {
    run();
  } catch (error) {
    if (isAvatarError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('It was accepted.');
}

describe('options', () => {
  test('the defaults are what the documentation says', () => {
    expect(toSettings({ signalling })).toMatchObject({
      receive: ['audio', 'video'],
      channel: {},
      configuration: {},
      remoteId: 'avatar',
      connectTimeoutMs: 15_000,
      iceRestartDelayMs: 2_000,
      iceRestartIntervalMs: 5_000,
      reconnectTimeoutMs: 20_000,
    });
  });

  test('an option that is undefined counts as left out, and frozen options are fine', () => {
    const options = Object.freeze({ signalling, remoteId: undefined } as { signalling: typeof signalling });
    expect(toSettings(options).remoteId).toBe('avatar');
  });

  test.for([
    ['signalling.open', { signalling: null }],
    ['signalling.close', { signalling: { ...signalling, close: undefined } }],
    ['signalling.role', { signalling: { ...signalling, role: 'caller' } }],
    ['channel.id', { signalling, channel: { negotiated: true } }],
    ['channel.id', { signalling, channel: { negotiated: true, id: 65_535 } }],
    ['receive', { signalling, receive: 'audio' }],
    ['receive', { signalling, receive: ['text'] }],
    ['jitterBufferTargetMs', { signalling, jitterBufferTargetMs: 4_001 }],
    ['connectTimeoutMs', { signalling, connectTimeoutMs: 0 }],
    ['reconnectTimeoutMs', { signalling, reconnectTimeoutMs: Number.POSITIVE_INFINITY }],
    ['iceRestartDelayMs', { signalling, iceRestartDelayMs: 1.5 }],
    ['remoteId', { signalling, remoteId: '' }],
  ] as const)('a wrong %s is refused by name: %j', ([field, options]) => {
    const { code, message } = errorOf(() => webrtc(options as never));
    expect(code).toBe('invalid-argument');
    expect(message).toContain(field);
  });

  test('no options at all are fine: then it signals by calls', () => {
    expect(toSettings({}).signalling).toBeUndefined();
    expect(webrtc().provider).toBe('webrtc');
  });
});

describe('credentials', () => {
  test.for([
    {},
    { iceServers: [] },
    {
      iceServers: [
        { urls: 'stun:stun.example.org' },
        { urls: ['turns:a', 'turn:b'], username: 'u', credential: 'c' },
      ],
    },
    { offer: { type: 'offer', sdp: 'v=0' } },
    { jitterBufferTargetMs: 0 },
    { jitterBufferTargetMs: 4_000 },
  ] as ProviderCredentials['webrtc'][])('%j pass', (credentials) => {
    expect(() => checkCredentials(credentials)).not.toThrow();
  });

  test.for([
    ['iceServers', { iceServers: 'stun:a' }],
    ['iceServers[0]', { iceServers: [null] }],
    ['iceServers[1].urls', { iceServers: [{ urls: 'stun:a' }, { urls: 'https://a' }] }],
    ['iceServers[0].urls', { iceServers: [{ urls: [] }] }],
    ['iceServers[0].credential', { iceServers: [{ urls: 'turn:a', credential: 7 }] }],
    ['offer.type', { offer: 'v=0' }],
    ['offer.type', { offer: { type: 'answer', sdp: 'v=0' } }],
    ['offer.sdp', { offer: { type: 'offer', sdp: '' } }],
    ['jitterBufferTargetMs', { jitterBufferTargetMs: 4_001 }],
    ['jitterBufferTargetMs', { jitterBufferTargetMs: -1 }],
    ['jitterBufferTargetMs', { jitterBufferTargetMs: '500' }],
    ['must be an object', []],
    ['must be an object', null],
  ] as const)('a wrong %s is refused by name: %j', ([field, credentials]) => {
    const { code, message } = errorOf(() => checkCredentials(credentials as never));
    expect(code).toBe('invalid-credentials');
    expect(message).toContain(field);
  });

  test('a refusal does not repeat what was given', () => {
    const given = { iceServers: [{ urls: 'turn:a', username: ['visitor-7'] }] };
    expect(errorOf(() => checkCredentials(given as never)).message).not.toContain('visitor-7');
  });
});
