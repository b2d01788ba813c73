import { AvatarError } from '@avatarwire/core';
import { describe, expect, test } from 'vitest';
import { checkCredentials, checkOptions, clientConfig } from '../src/agora-options';
import { agora } from '../src/index';

const CREDENTIALS = { appId: 'app', channel: 'a channel', token: 'token', uid: 1 };

describe('options', () => {
  test.for([
    ['sdk', 'agora-rtc-sdk-ng'],
    ['connectTimeoutMs', 0],
    ['connectTimeoutMs', -1],
    ['connectTimeoutMs', Number.NaN],
    ['connectTimeoutMs', '15000'],
    ['mode', 'audience'],
    ['eventReports', 'off'],
    ['logLevel', 4],
    ['logLevel', 'loud'],
  ] as const)('%s with the value %o is refused by name', ([option, value]) => {
    const make = () => agora({ [option]: value });

    expect(make).toThrow(AvatarError);
    expect(make).toThrow(new RegExp(`options\\.${option}`));
  });

  test('that are frozen are taken, and have their documented defaults', () => {
    expect(checkOptions(Object.freeze({ logLevel: 'none' }))).toMatchObject({
      connectTimeoutMs: 15_000,
      mode: 'rtc',
      eventReports: true,
      logLevel: 'none',
    });
  });
});

describe('credentials', () => {
  test.for([
    { ...CREDENTIALS },
    { ...CREDENTIALS, uid: 0 },
    { ...CREDENTIALS, uid: 2 ** 32 - 1 },
    { ...CREDENTIALS, uid: 'somebody' },
    { ...CREDENTIALS, role: 'audience' as const },
    { ...CREDENTIALS, channel: 'aZ0 !#$%&()+-:;<=.>?@[]^_{}|~,' },
    { ...CREDENTIALS, channel: 'x'.repeat(64) },
    { ...CREDENTIALS, token: 'x'.repeat(2_047) },
  ])('%o are taken as they are', (credentials) => {
    expect(() => checkCredentials(credentials)).not.toThrow();
  });

  test.for([
    ['appId', ''],
    ['appId', 7],
    ['channel', 'a/b'],
    ['channel', 'a*b'],
    ['channel', 'ä'],
    ['channel', 'x'.repeat(65)],
    ['token', null],
    ['token', 'x'.repeat(2_048)],
    ['uid', 1.5],
    ['uid', -1],
    ['uid', 2 ** 32],
    ['uid', Number.NaN],
    ['uid', ''],
    ['uid', 'x'.repeat(256)],
    ['uid', 'ü'],
    ['uid', undefined],
    ['role', 'admin'],
  ] as const)('with %s as %o are refused by name, before the SDK is loaded', ([field, value]) => {
    const check = () => checkCredentials({ ...CREDENTIALS, [field]: value } as never);

    expect(check).toThrow(expect.objectContaining({ code: 'invalid-credentials', provider: 'agora' }));
    expect(check).toThrow(new RegExp(`credentials\\.${field}`));
  });
});

describe('the client that is made', () => {
  const rtc = checkOptions({});
  const live = checkOptions({ mode: 'live' });

  test.for([
    ['a call', undefined, rtc, { mode: 'rtc', codec: 'vp8' }],
    ['a host in a call', 'host', rtc, { mode: 'rtc', codec: 'vp8' }],
    ['a live channel', undefined, live, { mode: 'live', codec: 'vp8', role: 'host' }],
    ['a host in a live channel', 'host', live, { mode: 'live', codec: 'vp8', role: 'host' }],
  ] as const)('is for %s one that sends, without a latency level', ([, role, options, config]) => {
    expect(clientConfig(role, options)).toEqual(config);
  });

  test.for([rtc, live])('is for an audience live, with the level of ultra low latency', (options) => {
    expect(clientConfig('audience', options)).toEqual({
      mode: 'live',
      codec: 'vp8',
      role: 'audience',
      clientRoleOptions: { level: 2 },
    });
  });
});
