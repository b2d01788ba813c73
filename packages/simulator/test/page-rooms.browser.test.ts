import {
  type AvatarTransport,
  type ConnectOptions,
  type RemoteTrack,
  silentLogger,
  type TransportConnection,
} from '@avatarwire/core';
import { webrtc } from '@avatarwire/webrtc';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { commands } from 'vitest/browser';
import { createMemoryNetwork, type MemoryNetwork, memory, type SimulatedAvatar } from '../src';
import {
  type HostRoomsOptions,
  hostRooms,
  offeringRoom,
  type RoomHost,
  type RoomMakers,
  transportRoom,
} from '../src/page-rooms';
import { countFrames } from './media-probes';
import type { MockCommand } from './services/mock-command';

const SMALL = { width: 128, height: 128, framesPerSecond: 20 };
const decoder = new TextDecoder();
const connecting = { signal: new AbortController().signal, logger: silentLogger };

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

let mock: MockCommand;
beforeAll(async () => {
  mock = await commands.startMockCommand();
});
afterAll(() => commands.stopMockCommand(mock));

async function host(makers: RoomMakers, options: HostRoomsOptions = {}): Promise<RoomHost> {
  const made = await hostRooms(mock.pages, makers, options);
  cleanUps.push(() => made.close());
  return made;
}

/** Agora by name; the packets and tracks go over the memory network. */
function agoraOver(network: MemoryNetwork): AvatarTransport<'agora'> {
  const below = memory(network);
  return {
    ...below,
    provider: 'agora',
    connect: ({ channel }, options: ConnectOptions): Promise<TransportConnection> =>
      below.connect({ room: channel }, options),
  };
}

/** Keeps what the page makes of everything that must not be left open. */
function watchPage() {
  const left: (() => boolean)[] = [];
  vi.stubGlobal(
    'AudioContext',
    class extends AudioContext {
      constructor(options?: AudioContextOptions) {
        super(options);
        left.push(() => this.state !== 'closed');
      }
    },
  );
  vi.stubGlobal(
    'RTCPeerConnection',
    class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        left.push(() => this.connectionState !== 'closed');
      }
    },
  );
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  return { made: () => left.length, left: () => left.filter((isOpen) => isOpen()).length };
}

const a2e = (path: string, json: object) =>
  commands.callMockService(
    `${mock.a2e}/api/v1/streaming-avatar/${path}`,
    { authorization: `Bearer ${mock.a2eKey}` },
    json,
  ) as Promise<{ code: number; data: { channel: string; uid: number } }>;

const heygen = (path: string, json: object) =>
  commands.callMockService(`${mock.heygen}/v1/${path}`, { 'x-api-key': mock.heygenKey }, json) as Promise<{
    code: number;
    data: { session_id: string; sdp: RTCSessionDescriptionInit; ice_servers2: RTCIceServer[] };
  }>;

describe('rooms of this page, for the mock services in a process of Node', () => {
  test('HeyGen’s avatar offers over real WebRTC, is seen, says its tasks, and hangs up when the session is stopped', async () => {
    const page = watchPage();
    const avatars: SimulatedAvatar[] = [];
    const room = await host({
      webrtc: offeringRoom({ ...SMALL, onAvatar: (avatar) => avatars.push(avatar) }),
    });

    const { data } = await heygen('streaming.new', { quality: 'low' });
    const { session_id } = data;
    const visitor = webrtc({ channel: { label: 'avatar', awaited: true } });
    cleanUps.push(() => visitor.close());
    const tracks: RemoteTrack[] = [];
    const lines: string[] = [];
    const closed = vi.fn();
    visitor.on('track-added', (track) => tracks.push(track));
    visitor.on('packet', ({ data }) => lines.push(decoder.decode(data)));
    visitor.on('closed', closed);
    await visitor.connect(
      { offer: data.sdp, iceServers: data.ice_servers2 },
      {
        ...connecting,
        call: (action, body) =>
          heygen(action === 'answer' ? 'streaming.start' : 'streaming.ice', {
            session_id,
            ...(body as object),
          }),
      },
    );
    await vi.waitFor(() => expect(tracks).toHaveLength(2));
    const picture = tracks.find(({ kind }) => kind === 'video');
    if (!picture) throw new Error('no picture');
    expect(await countFrames(picture.track, 5)).toMatchObject({ width: 128, height: 128 });

    await heygen('streaming.task', { session_id, text: 'Welcome to the museum.' });
    await vi.waitFor(() => expect(avatars[0]?.speaking).toBe(true));
    expect(avatars[0]?.heard.messages).toMatchObject([{ text: 'Welcome to the museum.', mode: 'retelling' }]);
    await vi.waitFor(() => expect(lines).toEqual([expect.stringMatching(/^task /)]));
    expect([room.rooms, await commands.openAtMock(mock, 'heygen')]).toEqual([1, 1]);

    await heygen('streaming.stop', { session_id });
    await vi.waitFor(() => expect(closed).toHaveBeenCalledTimes(1), { timeout: 5_000 });
    await visitor.close();
    await vi.waitFor(() => expect([room.rooms, page.left()]).toEqual([0, 0]));
    expect(page.made()).toBeGreaterThan(2);
  });

  test('an avatar whose owner fails to take it is closed again: nothing of it is left in the page', async () => {
    const page = watchPage();
    const faults: string[] = [];
    const room = await host(
      {
        webrtc: offeringRoom({
          ...SMALL,
          onAvatar() {
            throw new Error('no place for an avatar');
          },
        }),
      },
      { onFault: (error) => faults.push(String(error)) },
    );
    const { code } = await heygen('streaming.new', {});
    expect([code, faults, room.rooms]).toEqual([500, ['Error: no place for an avatar'], 0]);
    expect(page.made()).toBeGreaterThan(1);
    await vi.waitFor(() => expect(page.left()).toBe(0));
  });

  test('A2E’s avatar joins the channel of its session, answers in QA packets, and leaves with the session', async () => {
    const network = createMemoryNetwork();
    const wanted: unknown[] = [];
    const room = await host({
      agora: transportRoom({
        ...SMALL,
        provider: 'agora',
        transport: ({ service }) => {
          wanted.push(service);
          return agoraOver(network);
        },
        credentials: (channel, uid) => ({ appId: 'app', channel, token: 'token', uid }),
        avatar: { reply: () => 'At nine.' },
      }),
    });
    const { data } = await a2e('agora-token', { avatar_id: '66d3f7cf1eda7f0c8b1b9d01' });
    const { channel } = data;
    expect([wanted, data.uid]).toEqual([['a2e'], 100_000_001]);

    const visitor = memory(network);
    cleanUps.push(() => visitor.close());
    const packets: Record<string, string>[] = [];
    const left = vi.fn();
    visitor.on('packet', ({ data }) => packets.push(JSON.parse(decoder.decode(data))));
    visitor.on('participant-left', left);
    await visitor.connect({ room: channel }, connecting);
    await a2e('ask', { channel, text: 'When do you open?' });
    await vi.waitFor(() => expect(packets.at(-1)).toMatchObject({ pos: 'end' }), { timeout: 5_000 });
    expect(packets.map(({ type, message, pos }) => `${type} ${pos} ${message}`)).toEqual([
      'QA start At nine.',
      'QA end ',
    ]);

    expect(await a2e('leave', { channel })).toMatchObject({ code: 0 });
    await vi.waitFor(() => expect(room.rooms).toBe(0));
    expect(network.present(channel)).toHaveLength(1);
  });

  test('a page that stops giving rooms lets its avatars go; the session is still to be paid for, until it is left', async () => {
    const page = watchPage();
    const room = await host({ webrtc: offeringRoom(SMALL) });
    const { data } = await heygen('streaming.new', {});
    expect([room.rooms, page.left() > 0]).toEqual([1, true]);
    await room.close();
    expect([await room.closed, room.rooms, page.left()]).toEqual(['requested', 0, 0]);
    expect(await commands.openAtMock(mock, 'heygen')).toBe(1);
    await heygen('streaming.stop', { session_id: data.session_id });
    expect(await commands.openAtMock(mock, 'heygen')).toBe(0);
  });

  test('when the process of Node ends, the page closes every room by itself', async () => {
    const page = watchPage();
    const other = await commands.startMockCommand();
    const room = await hostRooms(other.pages, { webrtc: offeringRoom(SMALL) });
    cleanUps.push(() => room.close());
    await commands.callMockService(
      `${other.heygen}/v1/streaming.new`,
      { 'x-api-key': other.heygenKey },
      { quality: 'low' },
    );
    expect(room.rooms).toBe(1);
    await commands.stopMockCommand(other);
    expect([await room.closed, room.rooms, page.left()]).toEqual(['lost', 0, 0]);
  });
});
