// The demo's own server, real over loopback; the livekit-server and the bot are doubles.
import { createServer, get } from 'node:http';
import { createVirtualClock } from '@avatarwire/simulator';
import type { LivekitBot, LivekitBotOptions } from '@avatarwire/simulator/livekit';
import type { LivekitServer } from '@avatarwire/tooling/livekit-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountVariables, readAccounts } from '../server/accounts';
import { readArguments, usage } from '../server/arguments';
import { type DemoServer, startDemoServer } from '../server/demo-server';
import { listen } from '../server/listen';
import { createLivekitHost } from '../server/livekit-host';
import { pageHeaders } from '../server/page-headers';
import { createRooms } from '../server/rooms';

function doubles() {
  const bots: { options: LivekitBotOptions; open: boolean }[] = [];
  const removed: string[] = [];
  let servers = 0;
  const start = async () => {
    servers += 1;
    return {
      url: 'ws://127.0.0.1:7880',
      token: async (identity: string, { room }: { room?: string }) => `${identity} in ${room}`,
      rooms: { deleteRoom: async (room: string) => void removed.push(room) },
      stop: async () => {
        servers -= 1;
      },
    } as unknown as LivekitServer;
  };
  const startBot = async (options: LivekitBotOptions) => {
    const bot = { options, open: true };
    bots.push(bot);
    return {
      close: async () => {
        bot.open = false;
      },
    } as LivekitBot;
  };
  return {
    bots,
    removed,
    startBot,
    host: createLivekitHost({ find: () => '/bin/livekit-server', start }),
    servers: () => servers,
  };
}

describe('the server over loopback', () => {
  const fakes = doubles();
  let demo: DemoServer;
  beforeAll(async () => {
    demo = await startDemoServer({
      port: 0,
      most: 2,
      host: fakes.host,
      startBot: fakes.startBot,
      accounts: readAccounts(trtcAccount),
    });
  });
  afterAll(() => demo.close());

  const request = (path: string, init: RequestInit = {}) => fetch(`${demo.url}${path}`, init);
  const create = (body: unknown = { provider: 'livekit' }, headers: Record<string, string> = {}) =>
    request('/api/sessions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const codeOf = async (answer: Response) =>
    ((await answer.json()) as { error: { code: string; message: string } }).error;

  test('serves the built page with a policy that lets it load from here only', async () => {
    const answer = await request('/');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
    const html = await answer.text();
    const [, script] = /src="(\/assets\/[^"]+\.js)"/.exec(html) ?? [];
    expect((await request(script ?? '')).headers.get('cache-control')).toContain('immutable');
    expect((await request('/nothing')).status).toBe(404);
    expect((await request('/..%2fpackage.json')).status).toBe(404);
  });

  test.each([
    ['a body that is no JSON', '{', 400, /JSON object/],
    ['a list', [], 400, /JSON object/],
    ['another provider', { provider: 'zoom' }, 400, /provider/],
    ['a provider without an account', { provider: 'agora' }, 400, /AVATARWIRE_AGORA_APP_ID/],
    ['a field it does not know', { provider: 'livekit', room: 'mine' }, 400, /room/],
    ['a body above 1 KB', { provider: 'x'.repeat(2_000) }, 413, /1024/],
  ])('refuses %s', async (_, body, status, message) => {
    const answer = await create(body);
    expect(answer.status).toBe(status);
    expect((await codeOf(answer)).message).toMatch(message);
  });

  test('opens a session, keeps it while the page is there, and closes it', async () => {
    const answer = await create();
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store']);
    const { sessionId } = (await answer.json()) as { sessionId: string };
    const open = async () => ((await (await request('/api/sessions')).json()) as { open: number }).open;
    expect(await open()).toBe(1);
    expect((await request(`/api/sessions/${sessionId}/beat`, { method: 'POST' })).status).toBe(204);
    expect(
      (await request(`/api/sessions/${sessionId}`, { method: 'DELETE', headers: { origin: demo.url } }))
        .status,
    ).toBe(204);
    expect(await open()).toBe(0);
    expect(fakes.bots.map(({ open }) => open)).toEqual([false]);
  });

  test('says which providers run on an account, and gives their connection details to its page', async () => {
    const providers = await request('/api/providers');
    expect(await providers.text()).toBe('{"accounts":["trtc"]}');
    const answer = await create({ provider: 'trtc' });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store']);
    expect(await answer.json()).toEqual({
      provider: 'trtc',
      credentials: { sdkAppId: 1_400_000_000, room: '42', userId: 'visitor', userSig: 'a signature' },
      avatarId: 'avatar',
    });
    expect(demo.rooms.count).toBe(0);
  });

  test('refuses a body that does not say it is JSON', async () => {
    expect((await create({ provider: 'livekit' }, { 'content-type': 'text/plain' })).status).toBe(415);
  });

  test.each([
    ['another page', { origin: 'http://evil.example' }],
    ['another page on this machine', { origin: 'http://127.0.0.1:1' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
  ])('refuses what %s asks for', async (_, headers) => {
    expect((await create({ provider: 'livekit' }, headers)).status).toBe(403);
  });

  test('refuses a foreign name that was made to point here', async () => {
    const { port } = new URL(demo.url);
    const status = await new Promise<number>((resolve, reject) => {
      const headers = { host: `evil.example:${port}` };
      get({ host: '127.0.0.1', port, path: '/', headers }, (answer) => resolve(answer.statusCode ?? 0)).on(
        'error',
        reject,
      );
    });
    expect(status).toBe(403);
  });

  test('unknown sessions and paths are answered with a code', async () => {
    const unknown = '0'.repeat(32);
    expect((await codeOf(await request(`/api/sessions/${unknown}`, { method: 'DELETE' }))).code).toBe(
      'session-gone',
    );
    expect((await request(`/api/sessions/${unknown}/beat`, { method: 'POST' })).status).toBe(404);
    expect((await request('/api/sessions/../../x', { method: 'DELETE' })).status).toBe(404);
    expect((await request('/api/other')).status).toBe(404);
  });
});

const agoraAccount = {
  AVATARWIRE_AGORA_APP_ID: 'an app id',
  AVATARWIRE_AGORA_CHANNEL: 'channel',
  AVATARWIRE_AGORA_TOKEN: 'a token',
  AVATARWIRE_AGORA_UID: '1001',
};
const trtcAccount = {
  AVATARWIRE_TRTC_SDK_APP_ID: '1400000000',
  AVATARWIRE_TRTC_ROOM: '42',
  AVATARWIRE_TRTC_ROOM_KIND: 'string',
  AVATARWIRE_TRTC_USER_ID: 'visitor',
  AVATARWIRE_TRTC_USER_SIG: 'a signature',
  AVATARWIRE_TRTC_AVATAR_ID: 'avatar',
};

describe('accounts in the environment', () => {
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

  test("a vendor's hosts may be reached only where its account is given", () => {
    const policy = (...accounts: ('agora' | 'trtc')[]) => pageHeaders(accounts)['content-security-policy'];
    expect(policy()).not.toMatch(/agora|sd-rtn|qcloud|rtc\.com|unsafe/);
    expect(policy('agora')).toMatch(/connect-src [^;]*wss:\/\/\*\.agora\.io:\*/);
    expect(policy('agora')).not.toMatch(/qcloud/);
    expect(policy('trtc')).toMatch(/connect-src [^;]*wss:\/\/\*\.rtc\.qcloud\.com/);
    expect(policy('trtc')).not.toMatch(/agora|unsafe/);
  });
});

describe('rooms', () => {
  const opened = (options: Partial<Parameters<typeof createRooms>[0]> = {}) => {
    const fakes = doubles();
    const clock = createVirtualClock();
    const rooms = createRooms({
      host: fakes.host,
      startBot: fakes.startBot,
      clock,
      silenceMs: 1_000,
      longestMs: 5_000,
      most: 2,
      ...options,
    });
    return { ...fakes, clock, rooms };
  };

  test('each session has a room, a bot and a token of its own, and closing ends all of it', async () => {
    const { rooms, bots, removed, clock } = opened();
    const [a, b] = [await rooms.open(), await rooms.open()];
    if (a.provider !== 'livekit' || b.provider !== 'livekit') throw new Error('not a LiveKit session');
    expect(a.credentials.token).toBe(`visitor in demo-${a.sessionId}`);
    expect(b.sessionId).not.toBe(a.sessionId);
    expect(a.expiresInMs).toBe(5_000);
    expect(rooms.count).toBe(2);
    expect(await rooms.close(a.sessionId ?? '')).toBe(true);
    expect(await rooms.close(a.sessionId ?? '')).toBe(false);
    await rooms.closeAll();
    expect(bots.map(({ open }) => open)).toEqual([false, false]);
    expect(removed).toEqual([`demo-${a.sessionId}`, `demo-${b.sessionId}`]);
    expect([rooms.count, clock.scheduled]).toEqual([0, 0]);
  });

  test('more than allowed at once are refused, also while they are being opened', async () => {
    const { rooms } = opened();
    const results = await Promise.allSettled([rooms.open(), rooms.open(), rooms.open()]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    await expect(rooms.open()).rejects.toMatchObject({ status: 429, code: 'service-busy' });
    await rooms.closeAll();
  });

  test('silence closes a session, a sign of life does not let it', async () => {
    const { rooms, clock, bots } = opened();
    const { sessionId = '' } = await rooms.open();
    await clock.advance(900);
    expect(rooms.beat(sessionId)).toBe(true);
    await clock.advance(900);
    expect(rooms.count).toBe(1);
    await clock.advance(200);
    expect([rooms.count, bots[0]?.open]).toEqual([0, false]);
    expect(rooms.beat(sessionId)).toBe(false);
  });

  test('no session outlives its time, however alive the page is', async () => {
    const { rooms, clock } = opened();
    const { sessionId = '' } = await rooms.open();
    for (let beats = 0; beats < 5; beats += 1) {
      rooms.beat(sessionId);
      await clock.advance(999);
    }
    expect(rooms.count).toBe(1);
    await clock.advance(5);
    expect([rooms.count, clock.scheduled]).toEqual([0, 0]);
  });

  test('a bot that cannot join leaves no room, and the page learns why', async () => {
    const { rooms, removed } = opened({ startBot: () => Promise.reject(new Error('no library')) });
    await expect(rooms.open()).rejects.toMatchObject({
      status: 503,
      code: 'service-refused',
      message: /no library/,
    });
    expect(removed).toHaveLength(1);
    expect(rooms.count).toBe(0);
  });

  test('one that is being opened while the demo ends is closed too', async () => {
    const { rooms, bots } = opened();
    const opening = rooms.open();
    await rooms.closeAll();
    await opening;
    expect([bots[0]?.open, rooms.count]).toEqual([false, 0]);
    await expect(rooms.open()).rejects.toMatchObject({ status: 503 });
  });
});

describe('the livekit-server', () => {
  test('is started once, however many ask, and stopped', async () => {
    const { host, servers } = doubles();
    await Promise.all([host.server(), host.server()]);
    expect(servers()).toBe(1);
    await host.stop();
    expect(servers()).toBe(0);
  });

  test('when there is none, says the remedy, and looks again the next time', async () => {
    let found: string | undefined;
    const host = createLivekitHost({
      find: () => found,
      start: async () => ({ stop: async () => {} }) as LivekitServer,
    });
    await expect(host.server()).rejects.toMatchObject({
      code: 'service-refused',
      message: /LIVEKIT_SERVER_BIN/,
    });
    found = '/bin/livekit-server';
    await expect(host.server()).resolves.toBeDefined();
  });
});

describe('the port', () => {
  test('in use and asked for is an error that names it; not asked for, the next free one is taken', async () => {
    const [first, second, third] = [createServer(), createServer(), createServer()];
    const port = await listen(first, 0);
    await expect(listen(second, port)).rejects.toThrow(`Port ${port} is in use`);
    const free = await listen(second, undefined);
    expect(await listen(third, undefined)).toBeGreaterThan(free);
    for (const server of [first, second, third]) server.close();
  });

  test.each([['--port'], ['--port=x'], ['--port', '70000'], ['--what']])('refuses %s %s', (...given) => {
    expect(() => readArguments(given.filter((each) => each !== undefined))).toThrow();
  });

  test('reads both spellings', () => {
    expect(readArguments(['--port=4700', '--dev'])).toEqual({ port: 4_700, dev: true, help: false });
    expect(readArguments(['--', '--port', '4700'])).toMatchObject({ port: 4_700, dev: false });
  });
});
