import { AvatarError } from '@avatarwire/core';
import {
  ConnectionError,
  ConnectionErrorReason,
  ConnectionQuality,
  DataPacket_Kind,
  DisconnectReason,
  Encryption_Type,
  PublishDataError,
  UnsupportedServer,
} from 'livekit-client';
import { describe, expect, test } from 'vitest';
import { livekit } from '../src/index';
import { type LivekitSdk, LOW_MARK_BYTES, SDK_PACKAGE } from '../src/livekit-sdk';
import { CREDENTIALS, TOKEN } from './double/double-harness';
import { joined, subject } from './double/joined';
import { settle } from './manual-clock';

const packet = (length = 3) => new Uint8Array(length);

/** Whether it has settled by now. */
function watched(promise: Promise<unknown>): { readonly settled: boolean } {
  const state = { settled: false };
  const mark = () => {
    state.settled = true;
  };
  promise.then(mark, mark);
  return state;
}

describe('traps of the SDK, over a double of the Room', () => {
  describe('connecting', () => {
    test('every transport makes a Room of its own and connects it once', async () => {
      const { network, transport, connect } = subject();
      await connect();
      await expect(connect()).rejects.toMatchObject({ code: 'invalid-argument' });
      await transport.close();
      await expect(connect()).rejects.toMatchObject({ code: 'invalid-argument' });

      expect(network.rooms.map(({ connects }) => connects.length)).toEqual([1]);
    });

    test.for([
      'not an address',
      '',
      'https://livekit.example',
      'ws://livekit.example',
      'ws://127.0.0.1.example',
      7,
      null,
    ])('the SDK never sees the address %o, which would lock the Room for ever', async (url) => {
      const { network, connect } = subject();

      await expect(connect({ url })).rejects.toMatchObject({
        code: 'invalid-credentials',
        message: expect.stringContaining('credentials.url'),
      });
      expect(network.rooms).toEqual([]);
    });

    test.for([
      'wss://livekit.example',
      'wss://livekit.example:443/path',
      'ws://localhost:7880',
      'ws://127.0.0.1:7880',
      'ws://[::1]:7880',
    ])('the address %s is taken as it is', async (url) => {
      const { room, connect } = await withUrl(url);
      await connect;

      expect(room().connects[0]?.url).toBe(url);
    });

    async function withUrl(url: string) {
      const made = subject();
      return { connect: made.connect({ url }), room: () => made.room };
    }

    test('a join that never settles is ended at the deadline, and the Room is left', async () => {
      const { network, clock, connect, room } = await hanging();
      const outcome = watched(connect);
      await clock.advance(14_999);
      expect(outcome.settled).toBe(false);
      await clock.advance(1);

      await expect(connect).rejects.toMatchObject({
        code: 'connect-timeout',
        retryable: true,
        provider: 'livekit',
      });
      expect(room().disconnects).toEqual([false]);
      expect([network.inRoom.size, room().listenerCount, clock.pending]).toEqual([0, 0, 0]);
    });

    async function hanging() {
      const made = subject();
      made.network.join = 'hangs';
      const connect = made.connect();
      connect.catch(() => {});
      await settle();
      return { ...made, connect, room: () => made.room };
    }

    test('an SDK that never loads is ended at the same deadline', async () => {
      const { clock, connect } = subject({ sdk: () => new Promise(() => {}), connectTimeoutMs: 500 });
      const connecting = connect();
      connecting.catch(() => {});
      await clock.advance(500);

      await expect(connecting).rejects.toMatchObject({ code: 'connect-timeout' });
      expect(clock.pending).toBe(0);
    });

    test('an SDK that loads after we gave up makes no Room', async () => {
      let load: (sdk: LivekitSdk) => void = () => {};
      const { network, clock, connect } = subject({ sdk: () => new Promise((resolve) => (load = resolve)) });
      const connecting = connect();
      connecting.catch(() => {});
      await clock.advance(15_000);
      load(network.sdk);
      await settle();

      expect(network.rooms).toEqual([]);
    });

    test('a failed connect, which the SDK rejects and reports as disconnected, is told once, by rejecting', async () => {
      const { network, told, connect, transport } = subject();
      network.join = 'is-refused';
      await expect(connect()).rejects.toMatchObject({ code: 'credentials-refused', serviceCode: 401 });
      await transport.close();

      expect(told).toEqual([]);
      expect(network.room.listenerCount).toBe(0);
    });

    test('a Room that is disconnected although its connect resolved is a network error', async () => {
      const { network, connect } = subject();
      const { enter } = network;
      network.enter = (room) => {
        enter.call(network, room);
        queueMicrotask(() => room.end(DisconnectReason.SERVER_SHUTDOWN));
      };

      await expect(connect()).rejects.toMatchObject({ code: 'network', retryable: true });
    });

    test('a link that goes down while we join is told once we have joined', async () => {
      const { network, transport, told, connect } = subject();
      const { enter } = network;
      network.enter = (room) => {
        enter.call(network, room);
        queueMicrotask(() => network.cut());
      };
      await connect();
      await expect(transport.send(packet())).rejects.toMatchObject({ code: 'not-connected' });
      network.resume();
      await transport.send(packet());

      expect(told).toEqual(['reconnecting:', 'reconnected:whole']);
    });

    test('only the options that are documented reach the Room, and what is ours to decide stays', async () => {
      const reconnectPolicy = { nextRetryDelayInMs: () => null };
      const rtcConfig = { iceServers: [] };
      const { room } = await joined({ rtcConfig, room: { reconnectPolicy, singlePeerConnection: false } });

      expect(room.options).toEqual({
        adaptiveStream: false,
        disconnectOnPageLeave: false,
        stopLocalTrackOnUnpublish: false,
        reconnectPolicy,
        singlePeerConnection: false,
      });
      expect(room.connects[0]?.options).toEqual({ rtcConfig });
    });

    test('a browser without WebRTC is named before a Room is made', async () => {
      const { network, connect } = subject({
        sdk: async () => ({ ...network.sdk, isBrowserSupported: () => false }),
      });

      await expect(connect()).rejects.toMatchObject({ code: 'unsupported', retryable: false });
      expect(network.rooms).toEqual([]);
    });
  });

  describe('the SDK itself', () => {
    test('missing is sdk-missing, with what to install', async () => {
      const cause = new TypeError('Failed to fetch dynamically imported module');
      const { connect } = subject({ sdk: () => Promise.reject(cause) });

      await expect(connect()).rejects.toMatchObject({
        code: 'sdk-missing',
        message: expect.stringContaining(`livekit-client@${SDK_PACKAGE.range}`),
        cause,
      });
    });

    test.for(['Room', 'DisconnectReason', 'ConnectionErrorReason', 'DataPacket_Kind', 'isBrowserSupported'])(
      'without %s is sdk-incompatible, which names it and the range',
      async (name) => {
        const { network, connect } = subject({ sdk: async () => ({ ...network.sdk, [name]: undefined }) });

        await expect(connect()).rejects.toMatchObject({
          code: 'sdk-incompatible',
          message: expect.stringMatching(`${name}.*livekit-client@\\${SDK_PACKAGE.range}`),
        });
      },
    );

    test.for(['connect', 'disconnect', 'on', 'off', 'remoteParticipants', 'localParticipant'])(
      'whose Room has no %s is sdk-incompatible',
      async (name) => {
        const { network, connect } = subject({
          sdk: async () => ({
            ...network.sdk,
            Room: class extends network.sdk.Room {
              constructor() {
                super();
                Object.defineProperty(this, name, { value: undefined });
              }
            },
          }),
        });

        await expect(connect()).rejects.toMatchObject({
          code: 'sdk-incompatible',
          message: expect.stringContaining(`livekit-client@${SDK_PACKAGE.range}`),
        });
      },
    );

    test('that is no module at all is sdk-incompatible', async () => {
      const { connect } = subject({ sdk: async () => undefined as never });

      await expect(connect()).rejects.toMatchObject({ code: 'sdk-incompatible' });
    });
  });

  describe('errors', () => {
    test('are read from reason: reasonName says ServerUnreachable for every failure of signalling', async () => {
      const { network, connect } = subject();
      const error = ConnectionError.serverUnreachable('could not establish signal connection');
      Object.assign(error, { reason: ConnectionErrorReason.Timeout });
      network.admit = () => Promise.reject(error);

      expect(error.reasonName).toBe('ServerUnreachable');
      await expect(connect()).rejects.toMatchObject({ code: 'connect-timeout', serviceCode: 'Timeout' });
    });

    test.for([
      [
        'a room that does not exist',
        ConnectionError.notAllowed('requested room does not exist', 404),
        'session-gone',
      ],
      ['a token refused', ConnectionError.notAllowed('no permission', 403), 'credentials-refused'],
      ['ICE that never connects', ConnectionError.internal('could not establish pc connection'), 'network'],
      ['a refusal in band', ConnectionError.leaveRequest('left', DisconnectReason.JOIN_FAILURE), 'network'],
      ['an upgrade refused', ConnectionError.websocket('closed', 500), 'network'],
      ['a server too old', new UnsupportedServer(), 'unsupported'],
      ['what nobody knows', 'a text', 'network'],
    ] as const)('%s has its code', async ([, thrown, code]) => {
      const { network, connect } = subject();
      network.admit = () => Promise.reject(thrown);

      await expect(connect()).rejects.toMatchObject({ code, provider: 'livekit', cause: thrown });
    });

    test('the token, and a later one from the server, is in no message, stack, context or cause', async () => {
      const { network, connect } = subject();
      const later = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ2aXNpdG9yIn0.c2lnbmF0dXJl';
      const inner = new Error(`invalid token: ${TOKEN}`);
      const thrown = Object.assign(ConnectionError.notAllowed(`refused: ${TOKEN}, ${later}`, 401, TOKEN), {
        cause: inner,
      });
      network.admit = () => Promise.reject(thrown);
      const error = (await connect().catch((reason: unknown) => reason)) as AvatarError;
      const cause = error.cause as ConnectionError & { readonly cause: Error };

      expect(cause).toMatchObject({
        name: 'ConnectionError',
        message: 'refused: [redacted], [redacted]',
        status: 401,
        context: '[redacted]',
      });
      expect(cause.cause.message).toBe('invalid token: [redacted]');
      for (const text of [error.message, error.stack, cause.stack, cause.cause.stack]) {
        expect(text).not.toContain(TOKEN);
        expect(text).not.toContain(later);
      }
    });

    test('without a token in it stays the very same object', async () => {
      const { network, connect } = subject();
      const thrown = ConnectionError.internal('no');
      network.admit = () => Promise.reject(thrown);
      const error = (await connect().catch((reason: unknown) => reason)) as AvatarError;

      expect(error.cause).toBe(thrown);
    });

    test('with itself as its cause does not keep us for ever', async () => {
      const { network, connect } = subject();
      const thrown = new Error(TOKEN);
      thrown.cause = thrown;
      network.admit = () => Promise.reject(thrown);

      await expect(connect()).rejects.toMatchObject({ code: 'network' });
    });
  });

  describe('sending', () => {
    test('nothing is published before the room is joined: the SDK would refuse everything after it, too', async () => {
      const { network, transport, connect } = subject();
      network.arrive('avatar');
      const early = transport.send(packet());
      const connecting = connect();
      await expect(early).rejects.toMatchObject({ code: 'not-connected' });
      await connecting;

      await transport.send(packet());
      expect(network.room.published).toHaveLength(1);
    });

    test('text, of which the SDK takes the string and sends nothing, is refused', async () => {
      const { transport, room } = await joined();

      await expect(transport.send('hello' as never)).rejects.toMatchObject({ code: 'invalid-argument' });
      expect(room.published).toEqual([]);
    });

    test('15,001 bytes, which the SDK would let pass up to 64,000, are refused', async () => {
      const { transport, room } = await joined();
      await transport.send(packet(15_000));

      await expect(transport.send(packet(15_001))).rejects.toMatchObject({ code: 'packet-too-large' });
      expect(room.published).toHaveLength(1);
    });

    test('what the SDK refuses as too large, too, is packet-too-large', async () => {
      const { network, transport } = await joined();
      const thrown = new PublishDataError('cannot publish data packet larger than 1200 bytes');
      network.nextSend = { fails: thrown };

      await expect(transport.send(packet())).rejects.toMatchObject({
        code: 'packet-too-large',
        cause: thrown,
      });
    });

    test('goes reliable, to the avatar and with the topic named, and with nothing that is not', async () => {
      const named = subject();
      await named.connect({ sendTopic: 'to-avatar' }, 'avatar');
      await named.transport.send(packet());
      const unnamed = subject();
      await unnamed.connect({ sendTopic: undefined });
      await unnamed.transport.send(packet());

      expect(named.room.published[0]?.options).toEqual({
        reliable: true,
        topic: 'to-avatar',
        destinationIdentities: ['avatar'],
      });
      expect(unnamed.room.published[0]?.options).toEqual({ reliable: true });
    });

    test('while reconnecting nothing is published: the SDK would resolve and may lose it', async () => {
      const { network, transport, room } = await joined();
      network.cut();
      await expect(transport.send(packet())).rejects.toMatchObject({ code: 'not-connected' });
      network.resume();
      await transport.send(packet());

      expect(room.published).toHaveLength(1);
    });

    test('a closed data channel, on which publishData resolves and sends nothing, rejects', async () => {
      const { network, transport, room } = await joined({}, (before) => before.arrive('avatar'));
      if (room.channel !== undefined) room.channel.readyState = 'closed';

      await expect(transport.send(packet())).rejects.toMatchObject({ code: 'network', retryable: true });
      expect([room.state, network.received]).toEqual(['connected', []]);
    });

    test('resolves at our low mark, where publishData alone resolves up to a megabyte', async () => {
      const { transport, room, clock } = await joined();
      if (room.channel !== undefined) room.channel.stopped = true;
      const first = watched(transport.send(packet(LOW_MARK_BYTES - 6_000)));
      await settle();
      expect(first.settled).toBe(true);
      const second = watched(transport.send(packet(6_001)));
      await settle();
      expect(second.settled).toBe(false);
      room.channel?.release(1);
      await settle();

      expect(second.settled).toBe(true);
      expect(clock.pending).toBe(0);
    });

    test("resolves at the SDK's own mark of 64 KiB where the channel cannot be reached", async () => {
      const { transport, room } = await joined();
      const { channel } = room;
      room.engine = undefined;
      if (channel !== undefined) channel.stopped = true;
      const settled: boolean[] = [];
      const next = async () => {
        const sent = watched(transport.send(packet(15_000)));
        await settle();
        settled.push(sent.settled);
        return sent;
      };
      for (let sends = 0; sends < 4; sends += 1) await next();
      const fifth = await next();
      expect(settled).toEqual([true, true, true, true, false]);
      channel?.release(1);
      await settle();

      expect(fifth.settled).toBe(true);
    });

    test('a send that waits for the channel to drain was taken: a reconnect lets it go', async () => {
      const { network, transport, room, told, clock } = await joined();
      if (room.channel !== undefined) room.channel.stopped = true;
      const sends = [transport.send(packet(15_000)), transport.send(packet(15_000))];
      await settle();
      network.cut();

      await expect(Promise.all(sends)).resolves.toBeDefined();
      expect(told).toEqual(['reconnecting:']);
      expect(clock.pending).toBe(0);
    });

    test('a buffer that was full when the link went down still counts as full after it came back', async () => {
      const { network, transport, room } = await joined();
      if (room.channel !== undefined) room.channel.stopped = true;
      void transport.send(packet(15_000));
      void transport.send(packet(15_000));
      await settle();
      network.cut();
      network.resume();
      const next = watched(transport.send(packet()));
      await settle();
      expect(next.settled).toBe(false);
      room.channel?.release();
      await settle();

      expect(next.settled).toBe(true);
    });

    test('the level of the lossy channel is nobody’s business', async () => {
      const { transport, room } = await joined();
      room.emit('dcBufferStatusChanged', false, DataPacket_Kind.LOSSY);

      await expect(transport.send(packet())).resolves.toBeUndefined();
    });

    test('an answer of the SDK that never comes is send-unsettled, and one that never comes before the end is not unsent', async () => {
      const { network, transport, clock } = await joined();
      network.nextSend = { waits: new Promise(() => {}) };
      const unsettled = transport.send(packet());
      unsettled.catch(() => {});
      await clock.advance(10_000);
      await expect(unsettled).rejects.toMatchObject({ code: 'send-unsettled' });

      network.nextSend = { waits: new Promise(() => {}) };
      const ended = transport.send(packet());
      ended.catch(() => {});
      network.end(undefined);
      await expect(ended).rejects.toMatchObject({ code: 'network' });
      await settle();
      expect(clock.pending).toBe(0);
    });
  });

  describe('who is there', () => {
    test('those who were there before us come without an event of the SDK', async () => {
      const { told } = await joined({}, (network) => {
        network.arrive('avatar');
        network.activate('avatar');
      });

      expect(told).toEqual(['participant-joined:avatar']);
    });

    test('a participant that is still joining receives nothing, and is announced once it is active', async () => {
      const { network, told } = await joined({}, (before) => before.arrive('avatar', false));
      expect(told).toEqual([]);
      network.activate('avatar');

      expect(told).toEqual(['participant-joined:avatar']);
    });

    test('isActive, which turns true only after the event that says so, is not asked in it', async () => {
      const { network, told } = await joined();
      const seen: boolean[] = [];
      network.room.on('participantActive', ({ isActive }: { isActive: boolean }) => seen.push(isActive));
      network.arrive('avatar');

      expect(seen).toEqual([false]);
      expect(told).toEqual(['participant-joined:avatar']);
    });

    test('leaving counts after three seconds in which the room stayed connected', async () => {
      const { network, told, clock } = await joined({}, (before) => before.arrive('avatar'));
      network.publish('video');
      told.length = 0;
      network.depart('avatar');
      await clock.advance(2_999);
      expect(told).toEqual([]);
      await clock.advance(1);

      expect(told).toEqual([expect.stringMatching(/^track-removed:/), 'participant-left:avatar']);
      expect(clock.pending).toBe(0);
    });

    test('a full reconnect makes everybody seem to leave before it shows, and nobody has left', async () => {
      const { network, told, clock } = await joined({}, (before) => before.arrive('avatar'));
      network.publish('video');
      told.length = 0;
      network.reconnectFully();
      await clock.advance(60_000);

      expect(told).toEqual([
        'reconnecting:',
        'reconnected:lossy',
        expect.stringMatching(/^track-removed:/),
        expect.stringMatching(/^track-added:/),
      ]);
    });

    test('who is not back after a full reconnect has left, three seconds after it', async () => {
      const { network, told, clock } = await joined({}, (before) => before.arrive('avatar'));
      told.length = 0;
      network.reconnectFully(() => network.participants.clear());
      await clock.advance(2_999);
      expect(told).toEqual(['reconnecting:', 'reconnected:lossy']);
      await clock.advance(1);

      expect(told.at(-1)).toBe('participant-left:avatar');
    });

    test('the grace does not run while the link is down', async () => {
      const { network, told, clock } = await joined({}, (before) => before.arrive('avatar'));
      told.length = 0;
      network.depart('avatar');
      await clock.advance(2_000);
      network.cut();
      await clock.advance(30_000);
      network.resume();
      await clock.advance(2_999);
      expect(told).toEqual(['reconnecting:', 'reconnected:whole']);
      await clock.advance(1);

      expect(told.at(-1)).toBe('participant-left:avatar');
    });

    test('the same identity in another stay, within the grace, has left and joined: it has forgotten what it was told', async () => {
      const { network, told, clock } = await joined({}, (before) => before.arrive('avatar'));
      told.length = 0;
      network.depart('avatar');
      network.arrive('avatar');
      await clock.advance(10_000);

      expect(told).toEqual(['participant-left:avatar', 'participant-joined:avatar']);
      expect(clock.pending).toBe(0);
    });

    test('another stay that the SDK shows without an end of the first has left and joined, too', async () => {
      const { network, told } = await joined({}, (before) => before.arrive('avatar'));
      told.length = 0;
      network.arrive('avatar');

      expect(told).toEqual(['participant-left:avatar', 'participant-joined:avatar']);
    });

    test('the bytes of a packet, which the SDK shows in a window of the whole message, are an array of their own', async () => {
      const { transport, room } = await joined();
      const packets: Uint8Array[] = [];
      transport.on('packet', ({ data }) => packets.push(data));
      const payload = Uint8Array.of(0, 0, 7, 8, 0).subarray(2, 4);
      room.emit(
        'dataReceived',
        payload,
        undefined,
        DataPacket_Kind.RELIABLE,
        undefined,
        Encryption_Type.NONE,
      );

      expect(packets).toEqual([Uint8Array.of(7, 8)]);
      expect(packets[0]?.buffer.byteLength).toBe(2);
    });

    test('a packet names its sender also when the SDK does not know the participant yet, from 2.23.0 on', async () => {
      const { room, told } = await joined();
      const event = [packet(), undefined, DataPacket_Kind.RELIABLE, undefined, Encryption_Type.NONE] as const;
      room.emit('dataReceived', ...event, 'avatar');
      room.emit('dataReceived', ...event);

      expect(told).toEqual(['packet:avatar', 'packet:']);
    });

    test('packets of other topics are dropped only where one to receive is named', async () => {
      const { network, told, connect } = subject();
      await connect({ receiveTopic: 'from-avatar' });
      network.deliver(packet(), 'one', undefined, 'other');
      network.deliver(packet(), 'two');
      network.deliver(packet(), 'three', undefined, 'from-avatar');

      expect(told).toEqual(['packet:three']);
    });

    test('the quality of others is not ours', async () => {
      const { room, told } = await joined();
      room.emit('connectionQualityChanged', ConnectionQuality.Poor, { identity: 'avatar' });
      room.emit('connectionQualityChanged', ConnectionQuality.Good, {
        identity: room.localParticipant.identity,
      });

      expect(told).toEqual(['quality:good good']);
    });

    test('a new track of the same source replaces the old one, also when the server announces it first', async () => {
      const { network, told, clock } = await joined({}, (before) => before.arrive('avatar'));
      const old = network.publish('video');
      told.length = 0;
      const next = network.publish('video');
      network.room.emit('trackUnsubscribed', old, undefined, network.arrive('avatar'));
      await clock.advance(10_000);

      expect(told.filter((what) => what.startsWith('track'))).toEqual([
        `track-removed:${old.mediaStreamTrack.id}`,
        `track-added:${next.mediaStreamTrack.id}`,
      ]);
    });
  });

  describe('the end', () => {
    test('a disconnect by the client that nobody asked for is a frozen page', async () => {
      const { network, told } = await joined();
      network.end(DisconnectReason.CLIENT_INITIATED);

      expect(told).toEqual(['closed:page-frozen']);
    });

    test('the same reason after close is requested', async () => {
      const { transport, told, room } = await joined();
      await transport.close();

      expect(told).toEqual(['closed:requested']);
      expect(room.disconnects).toEqual([false]);
    });

    test('tracks of the application go on: every disconnect of ours says so', async () => {
      const { room, transport } = await joined();
      await transport.close();
      const hanging = subject();
      hanging.network.join = 'hangs';
      const connecting = hanging.connect();
      connecting.catch(() => {});
      await hanging.clock.advance(15_000);

      expect([...room.disconnects, ...hanging.room.disconnects]).toEqual([false, false]);
    });

    test('a resume is whole, a full reconnect lossy, and a resume that fails into one is told once, as lossy', async () => {
      const { network, told } = await joined();
      network.cut();
      network.resume();
      network.reconnectFully();
      network.cut();
      network.reconnectFully();

      expect(told).toEqual([
        ...['reconnecting:', 'reconnected:whole'],
        ...['reconnecting:', 'reconnected:lossy'],
        ...['reconnecting:', 'reconnected:lossy'],
      ]);
    });

    test('a full reconnect that finds the old session again is whole', async () => {
      const { network, room, told } = await joined();
      room.emit('reconnecting');
      network.cut();
      network.resume();

      expect(told).toEqual(['reconnecting:', 'reconnected:whole']);
    });

    test('leaving that fails is logged and closes all the same', async () => {
      const { network, transport } = subject();
      const lines: unknown[] = [];
      const warn = (...line: unknown[]) => lines.push(line);
      const logger = { error: warn, warn, info: warn, debug: warn };
      await transport.connect(CREDENTIALS, { signal: new AbortController().signal, logger });
      network.room.disconnect = () => Promise.reject(new Error(`no way out with ${TOKEN}`));
      await transport.close();

      expect(lines).toEqual([
        [
          'livekit: leaving the room failed',
          { error: expect.objectContaining({ message: 'no way out with [redacted]' }) },
        ],
      ]);
    });

    test('no timer waits after any end', async () => {
      const { network, transport, clock } = await joined({}, (before) => before.arrive('avatar'));
      network.publish('audio');
      network.depart('avatar');
      expect(clock.pending).toBe(2);
      await transport.close();

      expect(clock.pending).toBe(0);
    });
  });
});

describe('options', () => {
  test('that are not to be set are refused by name', () => {
    const set = (room: object) => () => livekit({ room });

    expect(set({ adaptiveStream: true })).toThrow(AvatarError);
    expect(set({ adaptiveStream: true })).toThrow(
      /options\.room\.adaptiveStream.*reconnectPolicy and singlePeerConnection/,
    );
  });

  test.for([0, -1, Number.NaN, '15000'])(
    'a connectTimeoutMs of %o is refused by name',
    (connectTimeoutMs) => {
      expect(() => livekit({ connectTimeoutMs: connectTimeoutMs as number })).toThrow(
        /options\.connectTimeoutMs/,
      );
    },
  );

  test('that are frozen are taken', () => {
    expect(() => livekit(Object.freeze({ room: Object.freeze({}) }))).not.toThrow();
  });
});
