import { startMockServices } from '@avatarwire/simulator/services';
import { describe, expect, test } from 'vitest';
import { accountVariables, readAccounts } from '../server/accounts';
import { akoolVariables, readAkoolAccount } from '../server/akool-account';
import { usage } from '../server/arguments';
import { startDemoServer } from '../server/demo-server';
import { pageHeaders } from '../server/page-headers';
import { keyedVariables, readServiceAccounts, STORE_VARIABLE } from '../server/service-accounts';
import { agoraAccount, keys, noServer, trtcAccount } from './support/environment';
import { createVisitor } from './support/visitor';

describe('the key of AKOOL in the environment', () => {
  const { apiKey, clientId, clientSecret } = keys;

  test('is one key or a pair; without either there is no account', () => {
    expect(readAkoolAccount({ PATH: '/bin', AKOOL_API_KEY: '' })).toBeUndefined();
    expect(readAkoolAccount({ AKOOL_API_KEY: apiKey })).toEqual({
      server: { apiKey },
      avatarId: 'dvp_Tristan_cloth2_1080P',
    });
    expect(readAkoolAccount({ AKOOL_CLIENT_ID: clientId, AKOOL_CLIENT_SECRET: clientSecret })).toMatchObject({
      server: { clientId, clientSecret },
    });
  });

  test.each([
    [{ AKOOL_CLIENT_ID: clientId }, /AKOOL_CLIENT_ID is set and AKOOL_CLIENT_SECRET is not/],
    [{ AKOOL_CLIENT_SECRET: clientSecret }, /AKOOL_CLIENT_SECRET is set and AKOOL_CLIENT_ID is not/],
    [{ AKOOL_API_KEY: apiKey, AKOOL_CLIENT_ID: clientId }, /AKOOL_API_KEY and AKOOL_CLIENT_ID/],
    [{ AVATARWIRE_DEMO_AVATAR_ID: 'mine' }, /AVATARWIRE_DEMO_AVATAR_ID is set and no key is/],
    [{ AKOOL_BASE_URL: 'https://akool.example' }, /AKOOL_BASE_URL is set and no key is/],
  ])(
    'half of it is a start that fails, names the variables, and shows no value: %#',
    (environment, names) => {
      const start = () => readAkoolAccount(environment);
      expect(start).toThrow(names);
      expect(start).not.toThrow(/a-real|a-client|mine|example/);
    },
  );

  test('every variable stands in --help', () => {
    const { key, pair, optional } = akoolVariables;
    for (const name of [key, ...pair, ...optional]) expect(usage).toContain(name);
  });
});

describe('keys of the other services in the environment', () => {
  const whole = {
    A2E_API_KEY: 'an-a2e-key',
    AVATARWIRE_DEMO_A2E_AVATAR_ID: 'ada',
    HEYGEN_API_KEY: 'a-heygen-key',
    AVATARWIRE_DEMO_HEYGEN_AVATAR_ID: 'hey',
    LIVEAVATAR_API_KEY: 'a-liveavatar-key',
    AVATARWIRE_DEMO_LIVEAVATAR_AVATAR_ID: 'liv',
  };

  test('each with the id of its avatar is an account, AKOOL first; without any there is none', () => {
    const { accounts, storeFile } = readServiceAccounts({
      ...whole,
      AKOOL_API_KEY: keys.apiKey,
      [STORE_VARIABLE]: 'sessions.sqlite',
    });
    expect(accounts.map(({ company, avatarId }) => [company, avatarId])).toEqual([
      ['akool', 'dvp_Tristan_cloth2_1080P'],
      ['a2e', 'ada'],
      ['heygen', 'hey'],
      ['liveavatar', 'liv'],
    ]);
    expect(storeFile).toBe('sessions.sqlite');
    expect(readServiceAccounts({ PATH: '/bin', A2E_API_KEY: '' })).toEqual({ accounts: [] });
  });

  test.each([
    ...Object.keys(whole).map((name) => [{ ...whole, [name]: '' }, `and ${name} is not`] as const),
    [{ A2E_BASE_URL: 'https://a2e.example' }, 'A2E_BASE_URL is set and A2E_API_KEY is not'] as const,
    [{ [STORE_VARIABLE]: '/mine' }, `${STORE_VARIABLE} is set and no key`] as const,
  ])(
    'half of one is a start that fails, names the variables, and shows no value: %#',
    (environment, names) => {
      const start = () => readServiceAccounts(environment);
      expect(start).toThrow(names);
      expect(start).not.toThrow(/an-a2e|a-heygen|a-liveavatar|example|mine/);
    },
  );

  test('every variable stands in --help', () => {
    for (const { required, optional } of Object.values(keyedVariables)) {
      for (const name of [...required, optional, STORE_VARIABLE]) expect(usage).toContain(name);
    }
  });

  test('the demo opens, calls and closes at each of them, over HTTP, and the page gets no key', async () => {
    const standIn = await startMockServices({
      keys: { a2e: whole.A2E_API_KEY, heygen: whole.HEYGEN_API_KEY, liveavatar: whole.LIVEAVATAR_API_KEY },
      a2e: { avatars: ['ada'] },
      heygen: { avatars: ['hey'] },
    });
    const { accounts } = readServiceAccounts({
      ...whole,
      A2E_BASE_URL: standIn.urls.a2e,
      HEYGEN_BASE_URL: standIn.urls.heygen,
      LIVEAVATAR_BASE_URL: standIn.urls.liveavatar,
    });
    const demo = await startDemoServer({ port: 0, host: noServer, services: accounts });
    const visitor = await createVisitor(demo.url);
    const offered = (await (await fetch(`${demo.url}/api/choices`)).json()) as { services: object[] };
    expect(offered.services.slice(0, 3)).toEqual([
      { service: 'a2e', providers: ['agora'] },
      { service: 'heygen', providers: ['webrtc'] },
      { service: 'liveavatar', providers: ['livekit'] },
    ]);
    for (const [service, provider, action, body] of [
      ['a2e', 'agora', 'speak', { text: 'Hello.' }],
      ['heygen', 'webrtc', 'answer', { sdp: { type: 'answer', sdp: 'v=0' } }],
      ['liveavatar', 'livekit', 'keep-alive', {}],
    ] as const) {
      const opened = await visitor.opened(service, provider);
      expect(standIn[service].sessions.at(-1)).toMatchObject({
        avatarId: service.slice(0, 3).replace('a2e', 'ada'),
      });
      const answer = await visitor.call(opened.sessionId, action, body);
      expect([service, answer.status]).toEqual([service, 200]);
      for (const key of Object.values(whole).filter((value) => value.endsWith('key')))
        expect(JSON.stringify(opened) + (await answer.clone().text())).not.toContain(key);
      await visitor.close(opened.sessionId);
      expect([service, standIn[service].open, standIn[service].closed]).toEqual([service, 0, 1]);
    }
    await demo.close();
    await standIn.close();
  });
});

describe('rooms in the environment', () => {
  test('are read whole; without any there are none', () => {
    expect([...readAccounts({ PATH: '/bin', AVATARWIRE_AGORA_TOKEN: '' })]).toEqual([]);
    expect(readAccounts(agoraAccount).get('agora')).toEqual({
      provider: 'agora',
      credentials: { appId: 'an app id', channel: 'channel', token: 'a token', uid: 1_001 },
    });
  });

  test('an uid that is no number stays text; the kind of a room is what it is said to be', () => {
    const uidOf = (uid: string) => readAccounts({ ...agoraAccount, AVATARWIRE_AGORA_UID: uid }).get('agora');
    expect(uidOf('visitor')?.credentials).toMatchObject({ uid: 'visitor' });
    const roomOf = (kind: string) => readAccounts({ ...trtcAccount, AVATARWIRE_TRTC_ROOM_KIND: kind });
    expect(roomOf('string').get('trtc')?.credentials).toMatchObject({ room: '42' });
    expect(roomOf('number').get('trtc')?.credentials).toMatchObject({ room: 42 });
    expect(() => roomOf('text')).toThrow('AVATARWIRE_TRTC_ROOM_KIND');
  });

  test.each(
    [...Object.entries(agoraAccount), ...Object.entries(trtcAccount)].filter(
      ([name]) => !name.includes('AVATAR_ID'),
    ),
  )('without %s alone the start fails, names it, and shows no value', (name) => {
    const { [name]: _, ...others }: Record<string, string> = { ...agoraAccount, ...trtcAccount };
    const start = () => readAccounts(others);
    expect(start).toThrow(`${name} is not`);
    expect(start).not.toThrow(/a token|a signature|an app id/);
  });

  test('the id of the avatar alone is half an account too', () => {
    expect(() => readAccounts({ AVATARWIRE_AGORA_AVATAR_UID: '7' })).toThrow(
      'AVATARWIRE_AGORA_APP_ID is not',
    );
  });

  test('every variable stands in --help', () => {
    for (const { required, avatar } of Object.values(accountVariables)) {
      for (const name of [...required, avatar]) expect(usage).toContain(name);
    }
  });
});

test("a vendor's hosts may be reached only with its account, every host only with a real service", () => {
  const policy = (vendors: ('agora' | 'trtc')[], anywhere = false) =>
    pageHeaders(vendors, anywhere)['content-security-policy'];
  expect(policy([])).not.toMatch(/agora|sd-rtn|qcloud|rtc\.com|'unsafe|wss:/);
  expect(policy(['agora'])).toMatch(/connect-src [^;]*wss:\/\/\*\.agora\.io:\*/);
  expect(policy(['agora'])).not.toMatch(/qcloud/);
  expect(policy(['trtc'])).toMatch(/connect-src [^;]*wss:\/\/\*\.rtc\.qcloud\.com/);
  expect(policy(['trtc'])).not.toMatch(/agora|'unsafe/);
  expect(policy(['trtc'], true)).toMatch(/connect-src [^;]* https: wss:;/);
  expect(policy([], true)).toMatch(/default-src 'self';/);
});
