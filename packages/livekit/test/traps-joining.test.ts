import type { AvatarError } from '@avatarwire/core';
import { ConnectionError, ConnectionErrorReason, DisconnectReason, UnsupportedServer } from 'livekit-client';
import { describe, expect, test } from 'vitest';
import { type LivekitSdk, SDK_PACKAGE } from '../src/livekit-sdk';
import { TOKEN } from './double/double-harness';
import { joined, subject } from './double/joined';
import { settle } from './manual-clock';
import { watched } from './watched';

const packet = (length = 3) => new Uint8Array(length);

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
});
