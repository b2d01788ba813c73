// The demo's own server with the broker in it, real over loopback, and the mock of AKOOL over HTTP behind it. The
// livekit-server and the avatar's bot are doubles.
import { createServer, get } from 'node:http';
import { createVirtualClock } from '@avatarwire/simulator';
import type { LivekitRoomsOptions, MockRooms } from '@avatarwire/simulator/services';
import { type MockServices, startMockServices } from '@avatarwire/simulator/services';
import type { LivekitServer } from '@avatarwire/tooling/livekit-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAccounts } from '../server/accounts';
import { readArguments } from '../server/arguments';
import type { Costs } from '../server/costs';
import { type DemoServer, startDemoServer } from '../server/demo-server';
import { listen } from '../server/listen';
import { createLivekitHost } from '../server/livekit-host';
import { roomsOnLivekit } from '../server/mock-rooms';
import { readServiceAccounts } from '../server/service-accounts';
import { keys, noServer, trtcAccount } from './support/environment';
import { createVisitor, type Visitor } from './support/visitor';

function doubles() {
  const events: string[] = [];
  const start = async () => {
    events.push('server started');
    return {
      url: 'ws://127.0.0.1:7880',
      apiKey: 'key',
      apiSecret: 'secret',
      rooms: { deleteRoom: async (room: string) => void events.push(`${room} removed`) },
      stop: async () => void events.push('server stopped'),
    } as unknown as LivekitServer;
  };
  const make =
    ({ url }: LivekitRoomsOptions): MockRooms =>
    async () => ({
      credentials: { url, token: 'a token' },
      avatarId: 'avatar',
      roomName: 'room',
      close: () => void events.push('bot left'),
    });
  const host = createLivekitHost({ find: () => '/bin/livekit-server', start });
  return { events, host, onLivekit: roomsOnLivekit(host, make) };
}

/** As if a page had made it. */
const told: unknown[] = [];
const inPage: MockRooms = async ({ provider, id }) => {
  if (provider !== 'webrtc') return undefined;
  return {
    credentials: { iceServers: [], offer: { type: 'offer', sdp: `offer of ${id}` } },
    acceptAnswer: (answer) => void told.push(answer),
    addCandidate: (candidate) => void told.push(candidate),
    close: () => void told.push('closed'),
  };
};

interface ErrorAnswer {
  readonly error: { readonly code: string; readonly message: string; readonly retryAfterMs?: number };
}

describe('the server over loopback', () => {
  const fakes = doubles();
  let demo: DemoServer;
  let visitor: Visitor;
  beforeAll(async () => {
    demo = await startDemoServer({
      port: 0,
      host: fakes.host,
      onLivekit: fakes.onLivekit,
      inPage,
      accounts: readAccounts(trtcAccount),
      limits: { sessionsPerCaller: 2 },
    });
    visitor = await createVisitor(demo.url);
  });
  afterAll(() => demo.close());

  const request = (path: string, init: RequestInit = {}) => fetch(`${demo.url}${path}`, init);

  test('serves the built page with a policy that lets it load from here only', async () => {
    const answer = await request('/');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(answer.headers.get('permissions-policy')).toContain('microphone=(self)');
    const html = await answer.text();
    const [, script] = /src="(\/assets\/[^"]+\.js)"/.exec(html) ?? [];
    expect((await request(script ?? '')).headers.get('cache-control')).toContain('immutable');
    expect((await request('/nothing')).status).toBe(404);
    expect((await request('/..%2fpackage.json')).status).toBe(404);
  });

  test('whoever asks for the choices gets a cookie that no script and no other site can use, and keeps it', async () => {
    const cookie = (await request('/api/choices')).headers.get('set-cookie');
    expect(cookie).toMatch(/^avatarwire-visitor=[0-9a-f]{32}; Path=\/; HttpOnly; SameSite=Strict$/);
    const again = await request('/api/choices', { headers: { cookie: (cookie ?? '').split(';')[0] ?? '' } });
    expect(again.headers.get('set-cookie')).toBeNull();
  });

  test('opening the page leaves the cookie alone: a link from another site comes without it', async () => {
    for (const path of ['/', '/index.html'])
      expect([path, (await request(path)).headers.get('set-cookie')]).toEqual([path, null]);
  });

  test('says what there is to choose, the real before the mock', async () => {
    const answer = await request('/api/choices');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual({
      services: [
        { service: 'own-room', providers: ['trtc'] },
        { service: 'akool-mock', providers: ['webrtc', 'agora', 'livekit', 'trtc'] },
        { service: 'a2e-mock', providers: ['agora'] },
        { service: 'heygen-mock', providers: ['webrtc'] },
        { service: 'liveavatar-mock', providers: ['livekit'] },
      ],
      pagesUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\//),
    });
  });

  test('without the cookie nobody opens a session', async () => {
    const nobody = await createVisitor(demo.url, { cookie: '' });
    expect((await nobody.open('akool-mock', 'webrtc')).status).toBe(401);
    const forged = await createVisitor(demo.url, { cookie: 'avatarwire-visitor=me' });
    expect((await forged.open('akool-mock', 'webrtc')).status).toBe(401);
  });

  test.each([
    ['a service that is not there', 'zoom', 'webrtc', 403],
    ['AKOOL without a key', 'akool', 'agora', 403],
    ['a network that the room is not on', 'own-room', 'agora', 400],
    ['a network that nobody knows', 'akool-mock', 'carrier-pigeon', 400],
    ['no service', undefined, 'webrtc', 400],
  ])('refuses who wants %s', async (_, preset, provider, status) => {
    expect((await visitor.open(preset, provider)).status).toBe(status);
  });

  test('refuses a field that would choose another avatar', async () => {
    const answer = await visitor.open('akool-mock', 'webrtc', { avatarId: 'mine' });
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as ErrorAnswer).error.message).toMatch(/avatarId/);
  });

  test('opens a paid session behind an avatar in the page, counts it, and closes it with the secret alone', async () => {
    const opened = await visitor.opened('akool-mock', 'webrtc');
    expect(opened).toMatchObject({
      provider: 'webrtc',
      credentials: { offer: { type: 'offer', sdp: expect.stringContaining('offer of') } },
      service: 'akool-mock',
    });
    expect(opened.expiresInMs).toBeLessThanOrEqual(900_000);
    const standing = await visitor.costs(opened.sessionId);
    expect(standing).toMatchObject({
      open: 1,
      session: { open: true, charge: 'up-front', chargedSeconds: 900, lengthSeconds: 900 },
    });

    expect((await visitor.close(opened.sessionId)).status).toBe(204);
    const closed = await visitor.costs(opened.sessionId);
    expect(closed).toMatchObject({ open: 0, session: { open: false } });
    const used = closed.session?.usedSeconds ?? Number.NaN;
    expect(used).toBeGreaterThan(0);
    expect(used).toBeLessThan(30);
    // Afterwards the clock stands still, and all but what was used came back.
    expect(closed.session?.chargedSeconds).toBe(used);
    expect((await visitor.costs(opened.sessionId)).session).toEqual(closed.session);
  });

  test('what a session costs is told to its own visitor only', async () => {
    const { sessionId } = await visitor.opened('akool-mock', 'agora');
    const other = await createVisitor(demo.url);
    expect(await other.costs(sessionId)).toEqual({ open: 1 });
    expect(await visitor.costs('0'.repeat(32))).toEqual({ open: 1 });
    await visitor.close(sessionId);
  });

  test('over WebRTC, which AKOOL does not know, the signalling of its mock reaches the room by calls', async () => {
    const opened = await visitor.opened('akool-mock', 'webrtc');
    const call = async (action: string, body: object) =>
      (await visitor.call(opened.sessionId, action, body)).status;
    told.length = 0;
    const candidate = { candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host', sdpMid: '0' };
    expect(await call('answer', { sdp: { type: 'answer', sdp: 'v=0' } })).toBe(200);
    expect(await call('ice', { candidate })).toBe(200);
    expect(told).toEqual([{ type: 'answer', sdp: 'v=0' }, candidate]);
    expect(await call('speak', { text: 'AKOOL takes no words by calls' })).toBe(404);
    await visitor.close(opened.sessionId);
    await expect.poll(() => told.at(-1)).toBe('closed');
  });

  test('over LiveKit the room is on the server beside it, and is removed once the bot has left', async () => {
    const opened = await visitor.opened('akool-mock', 'livekit');
    expect(opened).toMatchObject({
      provider: 'livekit',
      credentials: { url: 'ws://127.0.0.1:7880', token: 'a token' },
      avatarId: 'avatar',
    });
    expect(fakes.events).toEqual(['server started']);
    await visitor.close(opened.sessionId);
    await expect.poll(() => fakes.events).toEqual(['server started', 'bot left', 'room removed']);
  });

  test.each([
    ['a2e-mock', 'agora', { charge: 'up-front', chargedSeconds: 900, lengthSeconds: 900 }],
    ['heygen-mock', 'webrtc', { charge: 'as-used', lengthSeconds: 900 }],
    ['liveavatar-mock', 'livekit', { charge: 'as-used', lengthSeconds: 900 }],
  ])('%s is paid for at its own mock, %s and %j', async (service, provider, bill) => {
    const opened = await visitor.opened(service, provider);
    expect(opened).toMatchObject({ provider, service });
    const standing = await visitor.costs(opened.sessionId);
    expect(standing).toMatchObject({ open: 1, session: { open: true, ...bill } });
    const openAt = async (name: string) =>
      ((await (await request(`/api/costs?service=${name}`)).json()) as Costs).open;
    expect([await openAt(service), await openAt('akool-mock'), await openAt('zoom')]).toEqual([1, 0, 0]);
    expect((await visitor.close(opened.sessionId)).status).toBe(204);
    const closed = await visitor.costs(opened.sessionId);
    expect(closed).toMatchObject({ open: 0, session: { open: false } });
    expect(closed.session?.chargedSeconds).toBe(closed.session?.usedSeconds);
    expect(closed.session?.chargedSeconds).toBeLessThan(30);
  });

  test('a room that was opened elsewhere is handed to its page, and the mock counts nothing', async () => {
    const opened = await visitor.opened('own-room', 'trtc');
    expect(opened).toMatchObject({
      provider: 'trtc',
      credentials: { sdkAppId: 1_400_000_000, room: '42', userId: 'visitor', userSig: 'a signature' },
      avatarId: 'avatar',
    });
    expect(await visitor.costs(opened.sessionId)).toEqual({ open: 0 });
    expect((await visitor.close(opened.sessionId)).status).toBe(204);
  });

  test('one visitor has two sessions open at most, and is told when to ask again', async () => {
    const busy = await createVisitor(demo.url);
    const open = [await busy.opened('akool-mock', 'webrtc'), await busy.opened('akool-mock', 'webrtc')];
    const refused = await busy.open('akool-mock', 'webrtc');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(((await refused.json()) as ErrorAnswer).error.code).toBe('service-busy');
    for (const { sessionId } of open) expect((await busy.close(sessionId)).status).toBe(204);
    expect((await visitor.costs()).open).toBe(0);
  });

  test.each([
    ['another page', { origin: 'http://evil.example' }],
    ['another page on this machine', { origin: 'http://127.0.0.1:1' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
  ])('refuses what %s asks for', async (_, headers) => {
    expect((await visitor.open('akool-mock', 'webrtc', {}, headers)).status).toBe(403);
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

  test('unknown paths are answered with a code', async () => {
    for (const path of ['/api/other', '/api/sessions', '/api/avatar/other', '/api/avatar/../choices/x']) {
      const answer = await request(path);
      expect(answer.status).toBe(404);
      expect(((await answer.json()) as ErrorAnswer).error.code).toBe('unsupported');
    }
  });
});

describe('sessions that nobody closes', () => {
  test('a page that falls silent loses its session; one that gives a sign keeps it', async () => {
    const clock = createVirtualClock();
    const demo = await startDemoServer({ port: 0, host: noServer, inPage, clock });
    const visitor = await createVisitor(demo.url);
    const silent = await visitor.opened('akool-mock', 'webrtc');
    const alive = await visitor.opened('akool-mock', 'webrtc');
    await clock.advance(100_000);
    expect((await visitor.beat(alive.sessionId)).status).toBe(204);
    await clock.advance(60_000);
    await expect.poll(async () => (await visitor.costs(silent.sessionId)).session?.open).toBe(false);
    expect(await visitor.costs(alive.sessionId)).toMatchObject({ open: 1, session: { open: true } });
    await demo.close();
  });

  test('the end of the demo closes every session at the service, also one that is being opened', async () => {
    const standIn = await startMockServices();
    const demo = await startDemoServer({ port: 0, host: noServer, services: accountAt(standIn) });
    const visitors = [await createVisitor(demo.url), await createVisitor(demo.url)];
    for (const visitor of visitors) await visitor.opened('akool', 'agora');
    standIn.akool.fail('unanswered', { on: 'session.create' });
    const opening = visitors[0]?.open('akool', 'trtc').catch(() => undefined);
    await expect.poll(() => standIn.akool.open).toBe(3);
    const closing = demo.close();
    standIn.akool.release();
    await Promise.all([closing, opening]);
    expect([standIn.akool.opened, standIn.akool.closed, standIn.akool.open]).toEqual([3, 3, 0]);
    await standIn.close();
  });
});

describe('AKOOL on an account', () => {
  let standIn: MockServices;
  let demo: DemoServer;
  beforeAll(async () => {
    standIn = await startMockServices({ keys: { akool: keys }, akool: { avatars: ['mine'] } });
    demo = await startDemoServer({ port: 0, host: noServer, services: accountAt(standIn) });
  });
  afterAll(async () => {
    await demo.close();
    await standIn.close();
  });

  test('is the standard choice, without WebRTC, and the avatar is the one of the environment', async () => {
    const choices = await fetch(`${demo.url}/api/choices`);
    expect(await choices.json()).toMatchObject({
      services: [
        { service: 'akool', providers: ['agora', 'livekit', 'trtc'] },
        { service: 'akool-mock' },
        { service: 'a2e-mock' },
        { service: 'heygen-mock' },
      ],
    });
    const visitor = await createVisitor(demo.url);
    const { sessionId } = await visitor.opened('akool', 'trtc');
    expect(standIn.akool.sessions.at(-1)).toMatchObject({ avatarId: 'mine', provider: 'trtc' });
    await visitor.close(sessionId);
    expect(standIn.akool.open).toBe(0);
  });

  test('refused by the service for its key, the page hears so, and not the key', async () => {
    standIn.akool.fail({ name: 'code', code: 1102 }, { on: 'session.create' });
    const visitor = await createVisitor(demo.url);
    const answer = await visitor.open('akool', 'agora');
    expect(answer.status).toBe(502);
    const text = await answer.text();
    expect(text).toContain('"service-refused"');
    for (const value of Object.values(keys)) expect(text).not.toContain(value);
  });
});

function accountAt({ urls, keys: { akool } }: MockServices) {
  const { apiKey = '' } = akool;
  return readServiceAccounts({
    AKOOL_API_KEY: apiKey,
    AKOOL_BASE_URL: urls.akool,
    ...(apiKey === keys.apiKey && { AVATARWIRE_DEMO_AVATAR_ID: 'mine' }),
  }).accounts;
}

describe('the livekit-server', () => {
  test('is started once, however many ask, and stopped', async () => {
    const { host, events } = doubles();
    await Promise.all([host.server(), host.server()]);
    expect(events).toEqual(['server started']);
    await host.stop();
    expect(events).toEqual(['server started', 'server stopped']);
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

  test('when there is none, no session is opened, and the page learns the remedy', async () => {
    const demo = await startDemoServer({ port: 0, host: noServer });
    const visitor = await createVisitor(demo.url);
    const answer = await visitor.open('akool-mock', 'livekit');
    expect(((await answer.json()) as ErrorAnswer).error).toMatchObject({
      code: 'service-refused',
      message: expect.stringContaining('LIVEKIT_SERVER_BIN'),
    });
    expect((await visitor.costs()).open).toBe(0);
    await demo.close();
  });
});

test('without a livekit-server a service that has no other network is not offered', async () => {
  const demo = await startDemoServer({ port: 0, host: noServer });
  const { services } = (await (await fetch(`${demo.url}/api/choices`)).json()) as {
    services: { service: string }[];
  };
  expect(services.map(({ service }) => service)).toEqual(['akool-mock', 'a2e-mock', 'heygen-mock']);
  await demo.close();
});

test('a session whose page gives no room is not paid for, and the page hears so', async () => {
  const demo = await startDemoServer({ port: 0, host: noServer });
  const visitor = await createVisitor(demo.url);
  expect((await visitor.open('heygen-mock', 'webrtc')).status).toBe(502);
  expect((await visitor.costs()).open).toBe(0);
  await demo.close();
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
