import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@avatarwire/core';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createVirtualClock } from '../../src';
import type { MockRoom, WantedRoom } from '../../src/mock-room';
import {
  type HostRoomsOptions,
  hostRooms,
  type RoomHost,
  type RoomMakers,
} from '../../src/page-rooms/host-rooms';
import {
  createPageRooms,
  type MockServices,
  type PageRooms,
  type PageRoomsOptions,
} from '../../src/services';
import { createPage } from '../../src/services/page-rooms/page';
import { akoolCalls, at, send, start, textAt } from './stage';

const hosts: RoomHost[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

interface Stage {
  readonly mock: MockServices;
  readonly pages: PageRooms;
  readonly faults: string[];
}

async function startWithPages(options: PageRoomsOptions = {}): Promise<Stage> {
  const pages = createPageRooms(options);
  const faults: string[] = [];
  const { mock } = await start({ pageRooms: pages, onFault: (error) => faults.push(String(error)) });
  return { mock, pages, faults };
}

async function host(
  mock: MockServices,
  makers: RoomMakers,
  options: HostRoomsOptions = {},
): Promise<RoomHost> {
  const made = await hostRooms(mock.urls.pages, makers, options);
  hosts.push(made);
  return made;
}

/** A clock that knows what is scheduled on it. */
function counting(clock: Clock) {
  const scheduled = new Set<object>();
  return {
    scheduled,
    clock: {
      ...clock,
      schedule(callback: () => void, delayMs: number) {
        const one = {};
        scheduled.add(one);
        const cancel = clock.schedule(() => {
          scheduled.delete(one);
          callback();
        }, delayMs);
        return () => {
          scheduled.delete(one);
          cancel();
        };
      },
    } satisfies Clock,
  };
}

/** A room without an avatar, that writes down what it is told. */
function noting(notes: string[], more: Partial<MockRoom> = {}) {
  return ({ id }: WantedRoom): MockRoom => ({
    credentials: { appId: 'app', channel: id, token: `token of ${id}`, uid: 123_456_789 },
    close: (why) => void notes.push(why),
    ...more,
  });
}

function a2e({ urls, keys }: MockServices) {
  const headers = { authorization: `Bearer ${keys.a2e}` };
  const call = (path: string, json: unknown) =>
    send(`${urls.a2e}/api/v1/streaming-avatar/${path}`, json, { headers });
  return { call, open: () => call('agora-token', { avatar_id: '66d3f7cf1eda7f0c8b1b9d01' }) };
}

describe('rooms in pages (real: HTTP, both halves; the page runs in Node)', () => {
  test('a session gets the room that the page makes; what comes over REST and its end reach it', async () => {
    const { mock, pages, faults } = await startWithPages();
    const notes: string[] = [];
    const wanted: WantedRoom[] = [];
    const page = await host(mock, {
      agora: (order) => {
        wanted.push(order);
        return noting(notes, {
          speak: (text) => void notes.push(`speak ${text}`),
          answer: async (text) => void notes.push(`answer ${text}`),
        })(order);
      },
    });
    const { call, open } = a2e(mock);

    const { body } = await open();
    const channel = textAt(body, 'data.channel');
    expect(body).toMatchObject({
      code: 0,
      data: { appId: 'app', token: `token of ${channel}`, uid: 123_456_789 },
    });
    expect(wanted).toEqual([
      {
        service: 'a2e',
        id: channel,
        provider: 'agora',
        avatarId: '66d3f7cf1eda7f0c8b1b9d01',
        durationSeconds: 60,
        request: { avatar_id: '66d3f7cf1eda7f0c8b1b9d01' },
      },
    ]);
    expect([page.rooms, pages.pages]).toEqual([1, [{ name: undefined, rooms: 1 }]]);

    await call('ask', { channel, text: 'When?' });
    await call('speak', { channel, text: 'Hello.' });
    await call('leave', { channel });
    await vi.waitFor(() => expect(notes).toEqual(['answer When?', 'speak Hello.', 'closed']));
    expect([page.rooms, pages.pages, faults]).toEqual([0, [{ name: undefined, rooms: 0 }], []]);
  });

  test('signalling reaches a room of plain WebRTC in the order of its calls', async () => {
    const { mock, faults } = await startWithPages();
    const notes: unknown[] = [];
    await host(mock, {
      webrtc: () => ({
        credentials: {
          offer: { type: 'offer', sdp: 'v=0 offer' },
          iceServers: [{ urls: 'stun:127.0.0.1:3478', username: 'u', credential: 'c' }],
        },
        acceptAnswer: (answer) => void notes.push(answer),
        addCandidate: (candidate) => void notes.push(candidate),
        speak: (text) => void notes.push(text),
        close: (why) => void notes.push(why),
      }),
    });
    const headers = { 'x-api-key': mock.keys.heygen };
    const call = (path: string, json: object) => send(`${mock.urls.heygen}/v1/${path}`, json, { headers });

    const { body } = await call('streaming.new', { quality: 'low' });
    expect(at(body, 'data.sdp')).toEqual({ type: 'offer', sdp: 'v=0 offer' });
    expect(at(body, 'data.ice_servers2')).toEqual([
      { urls: 'stun:127.0.0.1:3478', username: 'u', credential: 'c' },
    ]);
    const session_id = textAt(body, 'data.session_id');
    const candidate = { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: null };
    await call('streaming.ice', { session_id, candidate });
    await call('streaming.start', { session_id, sdp: { type: 'answer', sdp: 'v=0 answer' } });
    await call('streaming.task', { session_id, text: 'Hello.' });
    await call('streaming.stop', { session_id });

    const all = [candidate, { type: 'answer', sdp: 'v=0 answer' }, 'Hello.', 'closed'];
    await vi.waitFor(() => expect(notes).toEqual(all));
    expect(faults).toEqual([]);
  });

  test('without a page a create fails in time, says what to do, and costs nothing', async () => {
    const clock = createVirtualClock();
    const { scheduled, clock: counted } = counting(clock);
    const { mock, faults } = await startWithPages({ clock: counted });
    const creating = akoolCalls(mock).create();
    await vi.waitFor(() => expect(scheduled.size).toBe(1));
    await clock.advance(1_999);
    expect(mock.akool.open).toBe(1);
    await clock.advance(1);
    expect((await creating).body).toMatchObject({ code: 1218 });
    expect(faults).toEqual([expect.stringContaining('No page gives rooms of agora: call hostRooms')]);
    expect(mock.akool).toMatchObject({ open: 0, costSeconds: 0 });
    expect(scheduled.size).toBe(0);
  });

  test('a page that comes while a session waits for one gets its room', async () => {
    const { mock } = await startWithPages({ clock: createVirtualClock() });
    const creating = akoolCalls(mock).create();
    await vi.waitFor(() => expect(mock.akool.open).toBe(1));
    await host(mock, { agora: noting([]) });
    expect((await creating).body).toMatchObject({ code: 1000 });
  });

  test('a page that makes no room in time costs nothing; what it makes later is closed again', async () => {
    const clock = createVirtualClock();
    const { mock, pages, faults } = await startWithPages({ clock });
    const notes: string[] = [];
    let finish = (_room: MockRoom) => {};
    let wanted: WantedRoom | undefined;
    let signal: AbortSignal | undefined;
    await host(mock, {
      agora: (order, options) => {
        wanted = order;
        signal = options.signal;
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
    });
    const creating = akoolCalls(mock).create();
    await vi.waitFor(() => expect(wanted).toBeDefined());
    await clock.advance(5_000);
    expect((await creating).body).toMatchObject({ code: 1218 });
    expect(mock.akool).toMatchObject({ open: 0, costSeconds: 0 });
    expect(faults).toEqual([expect.stringContaining('no answer within 5000 ms')]);
    expect(pages.pages).toEqual([{ name: undefined, rooms: 0 }]);

    await vi.waitFor(() => expect(signal?.aborted).toBe(true));
    if (wanted) finish(noting(notes)(wanted));
    await vi.waitFor(() => expect(notes).toEqual(['failed']));
  });

  test('a maker that fails is told with its words, in the page and in Node', async () => {
    const { mock, faults } = await startWithPages();
    const here: unknown[] = [];
    const page = await host(
      mock,
      { agora: () => Promise.reject(new Error('no microphone in this museum')) },
      { onFault: (error) => here.push(error) },
    );
    expect((await akoolCalls(mock).create()).body).toMatchObject({ code: 1218 });
    expect(faults).toEqual([expect.stringContaining('no microphone in this museum')]);
    expect(here.map(String)).toEqual(['Error: no microphone in this museum']);
    expect([page.rooms, mock.akool.costSeconds]).toEqual([0, 0]);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['credentials of another network', { url: 'ws://127.0.0.1', token: 't' }],
    ['a uid that is none', { appId: 'a', channel: 'c', token: 't', uid: null }],
  ])('a page that gives %s gives no room', async (_, credentials) => {
    const { mock, pages, faults } = await startWithPages();
    const notes: string[] = [];
    await host(mock, { agora: () => ({ credentials, close: (why) => void notes.push(why) }) as MockRoom });
    expect((await akoolCalls(mock).create()).body).toMatchObject({ code: 1218 });
    expect(faults).toEqual([expect.stringContaining('no credentials of agora')]);
    await vi.waitFor(() => expect(notes).toEqual(['failed']));
    expect(pages.pages[0]?.rooms).toBe(0);
  });

  test('a page that goes takes its rooms with it: words are refused, the session stays to be closed', async () => {
    const { mock, pages } = await startWithPages();
    const notes: string[] = [];
    const page = await host(mock, { agora: noting(notes, { speak: () => {} }) });
    const { call, open } = a2e(mock);
    const channel = textAt((await open()).body, 'data.channel');

    await page.close();
    expect(await page.closed).toBe('requested');
    expect(notes).toEqual(['shut-down']);
    await vi.waitFor(() => expect(pages.pages).toEqual([]));
    expect((await call('speak', { channel, text: 'x' })).status).toBe(500);
    expect(mock.a2e.open).toBe(1);
    expect((await call('leave', { channel })).body).toMatchObject({ code: 0 });
  });

  test('a create whose page goes in the middle fails at once', async () => {
    const { mock } = await startWithPages({ clock: createVirtualClock() });
    let asked = false;
    const page = await host(mock, {
      agora: (_, { signal }) => {
        asked = true;
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      },
    });
    const creating = akoolCalls(mock).create();
    await vi.waitFor(() => expect(asked).toBe(true));
    await page.close();
    expect((await creating).body).toMatchObject({ code: 1218 });
  });

  test('mock services that close close the rooms of every page, and nobody waits', async () => {
    const { scheduled, clock } = counting(createVirtualClock());
    const { mock, pages } = await startWithPages({ clock });
    const notes: string[] = [];
    const page = await host(mock, { agora: noting(notes) });
    await akoolCalls(mock).create();
    const waiting = akoolCalls(mock)
      .create({ stream_type: 'trtc' })
      .catch(() => 'refused');
    await vi.waitFor(() => expect(mock.akool.open).toBe(2));

    await mock.close();
    expect(await page.closed).toBe('lost');
    expect([notes, page.rooms, pages.pages]).toEqual([['shut-down'], 0, []]);
    await waiting;
    expect(scheduled.size).toBe(0);
    await expect(page.claim()).rejects.toMatchObject({ code: 'not-connected' });
  });
});

describe('which page gets a room', () => {
  const making = (notes: string[], name: string): RoomMakers => ({
    agora: (wanted) => {
      notes.push(name);
      return noting([])(wanted);
    },
  });

  test('the one that came last, or claimed it last, of those that make rooms of the provider', async () => {
    const { mock } = await startWithPages();
    const notes: string[] = [];
    const first = await host(mock, making(notes, 'first'));
    await host(mock, making(notes, 'second'));
    await host(mock, { livekit: () => Promise.reject(new Error('not asked for')) });
    await akoolCalls(mock).create();
    await first.claim();
    await akoolCalls(mock).create();
    expect(notes).toEqual(['second', 'first']);
  });

  test('the one that pageOf names, and nobody else', async () => {
    const clock = createVirtualClock();
    const { scheduled, clock: counted } = counting(clock);
    const { mock, faults } = await startWithPages({
      clock: counted,
      pageOf: ({ request }) => String(request['voice_id']),
    });
    const notes: string[] = [];
    await host(mock, making(notes, 'ann'), { name: 'ann' });
    await host(mock, making(notes, 'bob'), { name: 'bob' });
    const { create } = akoolCalls(mock);
    expect((await create({ voice_id: 'ann' })).body).toMatchObject({ code: 1000 });
    expect((await create({ voice_id: 'bob' })).body).toMatchObject({ code: 1000 });
    expect(notes).toEqual(['ann', 'bob']);

    const creating = create({ voice_id: 'eve' });
    await vi.waitFor(() => expect(scheduled.size).toBe(1));
    await clock.advance(2_000);
    expect((await creating).body).toMatchObject({ code: 1218 });
    expect(faults).toEqual([expect.stringContaining('No page named eve')]);
  });

  test('a page that comes again under its name takes the place of the one before', async () => {
    const { mock, pages } = await startWithPages();
    const notes: string[] = [];
    const before = await host(mock, making(notes, 'before'), { name: 'ann' });
    await host(mock, making(notes, 'after'), { name: 'ann' });
    expect(await before.closed).toBe('replaced');
    expect(pages.pages).toEqual([{ name: 'ann', rooms: 0 }]);
    await akoolCalls(mock).create();
    expect(notes).toEqual(['after']);
  });
});

describe('what is refused', () => {
  test('more pages than there may be', async () => {
    const { mock } = await startWithPages({ maxPages: 1 });
    await host(mock, { agora: noting([]) });
    await expect(hostRooms(mock.urls.pages, { agora: noting([]) })).rejects.toMatchObject({
      code: 'service-refused',
      serviceCode: 429,
    });
  });

  test('requests that say nothing of use, by the field', async () => {
    const { mock } = await startWithPages();
    const call = (path: string, json: object) => send(`${mock.urls.pages}/${path}`, json);
    for (const [path, json, field] of [
      ['host', {}, 'providers'],
      ['host', { providers: [] }, 'providers'],
      ['host', { providers: ['agora', 'carrier-pigeon'] }, 'providers'],
      ['host', { providers: ['agora'], name: 'x'.repeat(501) }, 'name'],
      ['answer', {}, 'host'],
      ['answer', { host: 'x' }, 'call'],
    ] as const)
      expect(await call(path, json)).toMatchObject({
        status: 400,
        body: { error: expect.stringContaining(field) },
      });
    expect((await call('answer', { host: 'guessed', call: 1 })).status).toBe(404);
    expect((await call('claim', { host: 'guessed' })).status).toBe(404);
    expect((await send(`${mock.urls.pages}/host`)).status).toBe(405);
  });

  test('more orders than a page may owe, until it answers or its time is over', async () => {
    const clock = createVirtualClock();
    const page = createPage({ id: 'p', providers: ['agora'], clock, answerMs: 1_000 });
    const order = () => page.order({ kind: 'leave', room: 'r', why: 'closed' }).catch(({ code }) => code);
    const owed = Array.from({ length: 200 }, order);
    expect(await order()).toBe('queue-full');
    page.settle(1, {});
    const last = order();
    await clock.advance(1_000);
    expect(new Set(await Promise.all([...owed.slice(1), last]))).toEqual(new Set(['avatar-timeout']));
    page.end();
    const lines: string[] = [];
    for await (const line of page.lines()) lines.push(line);
    expect(lines).toEqual([]);
  });

  test('an answer to nothing', async () => {
    const { mock } = await startWithPages();
    const response = await fetch(`${mock.urls.pages}/host`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"providers":["agora"]}',
    });
    const reader = response.body?.getReader();
    const hello = JSON.parse(new TextDecoder().decode((await reader?.read())?.value)) as { host: string };
    expect(hello).toEqual({ kind: 'hello', host: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect((await send(`${mock.urls.pages}/answer`, { host: hello.host, call: 7 })).status).toBe(400);
    await reader?.cancel();
  });

  test('origins that are not on this machine; those that are may ask ahead', async () => {
    const { mock } = await startWithPages();
    const asked = (origin: string, method: string) =>
      new Promise<{ status: number | undefined; allowed: string | undefined }>((resolve, reject) => {
        // fetch sends no origin of our choice.
        const sent = request(`${mock.urls.pages}/claim`, { method, headers: { origin } }, (response) => {
          response.resume();
          const allowed = response.headers['access-control-allow-origin'];
          response.once('end', () => resolve({ status: response.statusCode, allowed }));
        });
        sent.once('error', reject);
        sent.end();
      });
    for (const origin of ['https://example.com', 'http://127.0.0.1.example.com', 'null'])
      for (const method of ['OPTIONS', 'POST'])
        expect(await asked(origin, method)).toEqual({ status: 403, allowed: undefined });
    for (const origin of ['http://127.0.0.1:5173', 'http://localhost:5173', 'https://[::1]:1']) {
      expect(await asked(origin, 'OPTIONS')).toEqual({ status: 204, allowed: origin });
      expect(await asked(origin, 'POST')).toEqual({ status: 404, allowed: origin });
    }
  });

  test('options that make no sense, and makers that make nothing', async () => {
    for (const name of ['pageMs', 'answerMs', 'maxPages'] as const)
      expect(() => createPageRooms({ [name]: 0 })).toThrow(new RegExp(name));
    await expect(hostRooms('http://127.0.0.1:9', {})).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('makers'),
    });
  });

  test('a page at an address where no mock services are', async () => {
    await expect(hostRooms('http://127.0.0.1:9', { agora: noting([]) })).rejects.toMatchObject({
      code: 'network',
    });
    const { mock } = await start();
    await expect(hostRooms(mock.urls.pages, { agora: noting([]) })).rejects.toMatchObject({
      code: 'service-refused',
      serviceCode: 404,
    });
    await expect(
      hostRooms(mock.urls.pages, { agora: noting([]) }, { signal: AbortSignal.abort('enough') }),
    ).rejects.toBe('enough');
  });

  test.each([
    ['a page of HTML', '<!doctype html>\n<title>Somebody else</title>\n'],
    ['other JSON', '{"ok":true}\n'],
    ['nothing', ''],
  ])('a page at an address where somebody else answers with %s', async (_, body) => {
    const server = createServer((_request, response) => response.end(body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    await expect(hostRooms(`http://127.0.0.1:${port}`, { agora: noting([]) })).rejects.toMatchObject({
      name: 'AvatarError',
      code: 'network',
    });
  });
});
