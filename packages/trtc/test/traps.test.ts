import { isAvatarError } from '@avatarwire/core';
import { PlaceholderTrack } from '@avatarwire/simulator';
import { describe, expect, test, vi } from 'vitest';
import { trtc } from '../src/index';
import { SDK_PACKAGE, type TrtcSdk } from '../src/trtc-sdk';
import { AVATAR, ROOM, rtcError } from './double/double-room';
import { joined, subject } from './double/joined';

const packet = (length = 3) => new Uint8Array(length);
const HOUR_MS = 3_600_000;

/** Whether it has settled by now. */
function watched(promise: Promise<unknown>): { readonly settled: boolean } {
  const state = { settled: false };
  const mark = () => {
    state.settled = true;
  };
  promise.then(mark, mark);
  return state;
}

describe('traps of the SDK, over a double of trtc-sdk-v5 5.17.1', () => {
  describe('joining', () => {
    test('listeners are on before it enters', async () => {
      const { room, clock, connect } = subject();
      let listening = 0;
      room.prepare = (client) => {
        const enter = client.enterRoom.bind(client);
        client.enterRoom = (config) => {
          listening = client.listenerCount();
          return enter(config);
        };
      };
      await clock.run(connect());

      expect(listening).toBe(room.client.listenerCount());
      expect(listening).toBeGreaterThan(10);
    });

    test('a string of digits and a number are different rooms, and neither is taken for the other', async () => {
      const configs: object[] = [];
      for (const given of ['123', 123]) {
        const { room, clock, connect } = subject();
        room.prepare = (client) => {
          const enter = client.enterRoom.bind(client);
          client.enterRoom = (config) => {
            configs.push({ strRoomId: config.strRoomId, roomId: config.roomId });
            return enter(config);
          };
        };
        await clock.run(connect({ room: given }));
        expect(room.cloud.network.present(room.cloud.roomName(given))).toEqual(['visitor']);
      }

      expect(configs).toEqual([{ strRoomId: '123' }, { roomId: 123 }]);
    });

    test('it enters as an anchor of scene rtc, with no dialog, sound unasked and pictures asked for', async () => {
      const { room, clock, connect } = subject();
      const enter = vi.fn();
      room.prepare = (client) => {
        client.enterRoom = async (config) => enter(config);
      };
      await clock.run(connect());
      const { userSig } = room.credentials('visitor');

      expect(enter.mock.calls).toEqual([
        [
          {
            sdkAppId: 1_400_000_000,
            strRoomId: ROOM,
            userId: 'visitor',
            userSig: expect.stringContaining(userSig.slice(0, 9)),
            scene: 'rtc',
            role: 'anchor',
            autoReceiveAudio: true,
            autoReceiveVideo: false,
            enableAutoPlayDialog: false,
          },
        ],
      ]);
    });

    test('a join that never settles is ended by our deadline and destroy, without exitRoom, which would wait behind it', async () => {
      const { room, clock, connect } = subject();
      room.cloud.faults.join = 'http-hang';
      const connecting = connect();
      const outcome = watched(connecting);
      await clock.advance(14_999);
      expect(outcome.settled).toBe(false);
      await clock.advance(1);

      await expect(connecting).rejects.toMatchObject({ code: 'connect-timeout', retryable: true });
      expect(room.called.names).toEqual(['enterRoom', 'destroy']);
      expect([room.client.listenerCount(), room.called.atDestroy]).toEqual([0, 0]);
    });

    test('a join that completes after we left is exited and destroyed', async () => {
      const { room, clock, transport, connect } = subject();
      let enter = () => {};
      room.prepare = (client) => {
        client.enterRoom = () => new Promise((resolve) => (enter = resolve));
      };
      const connecting = connect();
      await clock.advance(1_000);
      await clock.run(transport.close());
      await expect(connecting).rejects.toMatchObject({ code: 'not-connected' });
      expect(room.called.names).toEqual(['destroy']);
      enter();
      await clock.advance(1_000);

      expect(room.called.names).toEqual(['destroy', 'exitRoom', 'destroy']);
    });

    test('an enter that rejects after we gave up is nobody’s unhandled rejection', async () => {
      const { room, clock, connect } = subject({ connectTimeoutMs: 500 });
      room.cloud.faults.join = 'signalling-hang';
      await expect(clock.run(connect())).rejects.toMatchObject({ code: 'connect-timeout' });

      // Vitest fails the run for an unhandled rejection: `destroy` has rejected it with 5100.
      await clock.advance(1_000);
      expect(room.client.destroyed).toBe(true);
    });

    test('CONNECTED is not joined: signalling that is open and mute ends in connect-timeout', async () => {
      const { room, clock, connect } = subject();
      const states: string[] = [];
      room.cloud.faults.join = 'signalling-mute';
      room.prepare = (client) => client.on('connection-state-changed', ({ state }) => states.push(state));
      const connecting = connect();
      await clock.advance(5_000);
      expect(states).toContain('CONNECTED');

      await expect(clock.run(connecting)).rejects.toMatchObject({
        code: 'connect-timeout',
        serviceCode: 5400,
      });
    });

    test('error 5501 while joining is no end: the SDK keeps trying', async () => {
      const { room, clock, connect, logged } = subject();
      room.cloud.faults.join = 'signalling-refused';
      const connecting = connect();
      const outcome = watched(connecting);
      await clock.advance(10_000);

      expect(outcome.settled).toBe(false);
      expect(logged).toEqual(['trtc: the SDK reports an error, and goes on']);
      await expect(clock.run(connecting)).rejects.toMatchObject({
        code: 'connect-timeout',
        serviceCode: 5501,
        message: expect.stringContaining('firewall'),
      });
    });

    test('StrictMode: connect, close and connect at once are two instances, and the second is in the room', async () => {
      const first = subject();
      const second = subject({}, {}, first);
      const { room, clock } = first;
      const credentials = room.credentials('visitor');
      const connecting = first.connect(credentials);
      const closing = first.transport.close();
      const connected = second.connect(credentials);
      await expect(connecting).rejects.toMatchObject({ code: 'not-connected' });
      await clock.run(Promise.all([closing, connected]));
      await clock.advance(60_000);

      expect([...first.told, ...second.told].filter((what) => !what.startsWith('quality'))).toEqual([]);
      expect(room.cloud.network.present(ROOM)).toEqual(['visitor']);
      await expect(second.transport.send(packet())).resolves.toBeUndefined();
      await clock.run(second.transport.close());
      expect(room.cloud.network.present(ROOM)).toEqual([]);
    });

    test('every attempt has a fresh instance, which enters once', async () => {
      const { room, clock, transport, connect } = subject();
      await clock.run(connect());
      await expect(connect()).rejects.toMatchObject({ code: 'invalid-argument' });
      await clock.run(transport.close());
      await expect(connect()).rejects.toMatchObject({ code: 'invalid-argument' });

      expect(room.calls.map(({ names }) => names)).toEqual([['enterRoom', 'exitRoom', 'destroy']]);
    });

    test('a kick while joining is session-gone, which nobody tries again', async () => {
      const { room, clock, connect } = subject();
      room.cloud.faults.join = 'http-hang';
      const connecting = connect();
      await clock.advance(100);
      room.client.emit('kicked-out', { reason: 'kick' });

      await expect(connecting).rejects.toMatchObject({ code: 'session-gone', retryable: false });
    });

    test('a browser without WebRTC is named before an instance is made', async () => {
      const { room, clock, connect } = subject({
        sdk: async () => ({
          ...(await room.sdk()),
          isSupported: async () => ({ detail: { isWebRTCSupported: false } }),
        }),
      });

      await expect(clock.run(connect())).rejects.toMatchObject({ code: 'unsupported', retryable: false });
      expect(room.calls).toEqual([]);
    });

    test('the SDK, which writes the signature into the console, is silenced unless logging is asked for', async () => {
      const asked: unknown[] = [];
      const run = async (options: object) => {
        const { room, clock, connect } = subject({
          sdk: async () => ({ ...(await room.sdk()), setLogLevel: (...given) => asked.push(given) }),
          ...options,
        });
        await clock.run(connect());
      };
      await run({});
      await run({ logLevel: 'warn', uploadLogs: false });
      await run({ uploadLogs: true });

      expect(asked).toEqual([[5], [3, false], [5, true]]);
    });
  });

  describe('the SDK itself', () => {
    test('missing is sdk-missing where there is a browser, with what to install', async () => {
      vi.stubGlobal('RTCPeerConnection', class {});
      const cause = new TypeError('Failed to fetch dynamically imported module');
      const { clock, connect } = subject({ sdk: () => Promise.reject(cause) });

      await expect(clock.run(connect())).rejects.toMatchObject({
        code: 'sdk-missing',
        message: expect.stringContaining(`trtc-sdk-v5@${SDK_PACKAGE.range}`),
        cause,
      });
      vi.unstubAllGlobals();
    });

    test.for(['create', 'isSupported', 'setLogLevel'])(
      'without %s is sdk-incompatible, which names it and the range',
      async (name) => {
        const { room, clock, connect } = subject({
          sdk: async () => ({ ...(await room.sdk()), [name]: undefined }),
        });

        await expect(clock.run(connect())).rejects.toMatchObject({
          code: 'sdk-incompatible',
          message: expect.stringMatching(`${name}.*trtc-sdk-v5@\\${SDK_PACKAGE.range}`),
        });
      },
    );

    test.for(['enterRoom', 'sendCustomMessage', 'startScreenShare', 'getAudioTrack', 'off'])(
      'whose instances have no %s is sdk-incompatible, and what was made is destroyed',
      async (name) => {
        const { room, clock, connect } = subject();
        room.prepare = (client) => Object.assign(client, { [name]: undefined });

        await expect(clock.run(connect())).rejects.toMatchObject({ code: 'sdk-incompatible' });
        expect(room.called.names).toEqual(['destroy']);
      },
    );

    test.for(['the class', 'a module', 'a module in a module', 'nothing'])(
      'comes as bundlers give it: %s',
      async (shape) => {
        const { room, clock, connect } = subject({
          sdk: async () => {
            const sdk: TrtcSdk = await room.sdk();
            if (shape === 'a module') return { default: sdk };
            if (shape === 'a module in a module') return { default: { default: sdk } };
            return shape === 'the class' ? sdk : (undefined as never);
          },
        });
        const connecting = clock.run(connect());

        if (shape === 'nothing') await expect(connecting).rejects.toMatchObject({ code: 'sdk-incompatible' });
        else await expect(connecting).resolves.toMatchObject({ localId: 'visitor' });
      },
    );
  });

  describe('sending', () => {
    test('the three ways in which send answers: undefined, a rejected promise, a throw', async () => {
      const { room, transport } = await joined();
      await expect(transport.send(packet())).resolves.toBeUndefined();

      room.client.sendCustomMessage = () => Promise.reject(rtcError(5100, 5101));
      await expect(transport.send(packet())).rejects.toMatchObject({
        code: 'not-connected',
        serviceCode: 5101,
      });

      room.client.sendCustomMessage = () => {
        throw rtcError(4097, 0, 'sendCustomMessage was called more than 30 times in a second');
      };
      const thrown = transport.send(packet());
      await expect(thrown).rejects.toMatchObject({
        code: 'service-busy',
        serviceCode: 4097,
        retryAfterMs: 1_050,
        retryable: true,
        provider: 'trtc',
      });
    });

    test('its data is a fresh ArrayBuffer of exactly the bytes, with the cmdId of the credentials', async () => {
      const sent: { readonly cmdId: number; readonly data: ArrayBuffer }[] = [];
      const ids = [undefined, 1, 10];
      for (const cmdId of ids) {
        const { room, clock, transport, connect } = subject();
        await clock.run(connect(cmdId === undefined ? {} : { cmdId }));
        room.client.sendCustomMessage = (message) => {
          sent.push(message);
          return undefined;
        };
        const view = Uint8Array.of(0, 7, 8, 0).subarray(1, 3);
        await transport.send(view);
        expect(sent.at(-1)?.data).not.toBe(view.buffer);
      }

      expect(sent.map(({ cmdId }) => cmdId)).toEqual([1, 1, 10]);
      expect(sent.map(({ data }) => [data instanceof ArrayBuffer, new Uint8Array(data).join()])).toEqual(
        ids.map(() => [true, '7,8']),
      );
    });

    test('1,000 bytes pass; 1,001, text and nothing do not reach the SDK', async () => {
      const { room, transport } = await joined();
      await transport.send(packet(1_000));

      await expect(transport.send(packet(1_001))).rejects.toMatchObject({ code: 'packet-too-large' });
      await expect(transport.send('hello' as never)).rejects.toMatchObject({ code: 'invalid-argument' });
      await expect(transport.send(packet(0))).rejects.toMatchObject({ code: 'invalid-argument' });
      expect(room.called.sent.map(({ length }) => length)).toEqual([1_000]);
    });

    test('its own limiter refuses the 31st message of a second, and takes it 1,050 ms later', async () => {
      const { clock, transport } = await joined();
      for (let count = 0; count < 30; count += 1) await transport.send(packet(1));
      const busy = await transport.send(packet(1)).catch((error: unknown) => error);
      expect(busy).toMatchObject({ code: 'service-busy', serviceCode: 4097 });
      if (!isAvatarError(busy)) return;
      await clock.advance(busy.retryAfterMs ?? 0);

      await expect(transport.send(packet(1))).resolves.toBeUndefined();
    });

    test('its own limiter refuses the 8,001st byte of a second', async () => {
      const { transport } = await joined();
      for (let count = 0; count < 8; count += 1) await transport.send(packet(1_000));

      await expect(transport.send(packet(1))).rejects.toMatchObject({ code: 'service-busy' });
    });

    test('a wall clock that steps back by an hour keeps a full window shut: busy every time, and a fresh instance is not', async () => {
      const { room, clock, transport } = await joined();
      for (let count = 0; count < 30; count += 1) await transport.send(packet(1));
      clock.wallStep(-HOUR_MS);
      for (let again = 0; again < 3; again += 1) {
        await expect(transport.send(packet(1))).rejects.toMatchObject({ code: 'service-busy' });
        await clock.advance(1_050);
      }
      await clock.run(transport.close());

      const next = trtc({ clock, sdk: room.sdk });
      const { signal } = new AbortController();
      const logger = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() };
      await clock.run(next.connect(room.credentials('visitor'), { signal, logger }));
      await expect(next.send(packet(1))).resolves.toBeUndefined();
      await clock.run(next.close());
    });

    test('a wall clock that steps forward by an hour opens the window, and none of our deadlines', async () => {
      const { room, clock, transport, told } = await joined();
      for (let count = 0; count < 30; count += 1) await transport.send(packet(1));
      clock.wallStep(HOUR_MS);
      await expect(transport.send(packet(1))).resolves.toBeUndefined();
      room.client.sendCustomMessage = () => new Promise<never>(() => {});
      const open = watched(transport.send(packet(1)));
      clock.wallStep(HOUR_MS);
      await clock.advance(9_000);

      expect(open.settled).toBe(false);
      expect(told.filter((what) => !what.startsWith('quality'))).toEqual([]);
      await clock.run(transport.close());
    });

    test('success says nothing about delivery: what vanishes was taken', async () => {
      const { room, clock, transport } = await joined();
      room.join(AVATAR);
      room.cloud.faults.send = 'vanish';
      await expect(transport.send(packet())).resolves.toBeUndefined();
      await clock.advance(10_000);

      expect(room.received).toEqual([]);
      expect(transport.capabilities.reliable).toBe(false);
    });

    test('while the link is down the SDK would take and lose it, so it is not asked', async () => {
      const { room, clock, transport, told } = await joined();
      room.join(AVATAR);
      room.client.emit('connection-state-changed', { prevState: 'CONNECTED', state: 'DISCONNECTED' });
      await expect(transport.send(packet())).rejects.toMatchObject({ code: 'not-connected' });
      expect(told).not.toContain('reconnecting:');
      room.client.emit('connection-state-changed', {
        prevState: 'DISCONNECTED',
        state: 'CONNECTING',
        isReconnecting: true,
      });
      await expect(transport.send(packet())).rejects.toMatchObject({ code: 'not-connected' });
      expect(room.called.sent).toEqual([]);
      room.client.emit('connection-state-changed', { prevState: 'CONNECTING', state: 'CONNECTED' });
      await transport.send(packet());
      await clock.advance(500);

      expect(room.called.sent).toHaveLength(1);
      expect(told.filter((what) => what.startsWith('reconnect'))).toEqual([
        'reconnecting:',
        'reconnected:lossy',
      ]);
    });

    test('an answer that never comes is send-unsettled after 10 s', async () => {
      const { room, clock, transport } = await joined();
      room.client.sendCustomMessage = () => new Promise<never>(() => {});
      const sent = transport.send(packet());
      sent.catch(() => {});
      await clock.advance(10_000);

      await expect(sent).rejects.toMatchObject({ code: 'send-unsettled' });
    });
  });

  describe('who is there, and what they show', () => {
    test('packets of every cmdId come, each in an array of its own', async () => {
      const { room, transport, told } = await joined();
      const packets: Uint8Array[] = [];
      transport.on('packet', ({ data }) => packets.push(data));
      const data = Uint8Array.of(1, 2).buffer;
      for (const cmdId of [1, 2, 10])
        room.client.emit('custom-message', { userId: AVATAR, cmdId, seq: 7, data });
      new Uint8Array(data).fill(9);

      expect(packets).toEqual([1, 2, 10].map(() => Uint8Array.of(1, 2)));
      expect(told[0]).toBe('participant-joined:avatar');
    });

    test('who plays remote audio: the SDK; pictures come without a view, for core to attach', async () => {
      const { room, clock, transport, told } = await joined();
      room.show('audio', new PlaceholderTrack('audio'));
      room.show('video', new PlaceholderTrack('video'));
      const screen = new PlaceholderTrack('video');
      room.join(AVATAR).publish(screen, 'screen');
      await clock.advance(2_000);

      expect(transport.capabilities.playsAudio).toBe(true);
      expect(told.filter((what) => what.startsWith('track')).sort()).toEqual([
        'track-added:avatar camera',
        'track-added:avatar microphone played',
        'track-added:avatar screen',
      ]);
      expect(room.client.sounding.map(({ userId }) => userId)).toEqual([AVATAR]);
      expect(room.called.names.filter((name) => name === 'startRemoteVideo')).toHaveLength(2);
    });

    test('a picture that is announced before we are in the room is asked for once we are', async () => {
      const { room, clock, told, logged, connect } = subject({}, { announces: 'before' });
      room.show('video', new PlaceholderTrack('video'));
      await clock.run(connect());
      await clock.advance(1_000);
      expect(logged).toEqual([]);
      expect(room.called.names).toEqual(['enterRoom', 'startRemoteVideo']);

      expect(told).toEqual(['participant-joined:avatar', 'track-added:avatar camera']);
    });

    test('a picture that has gone before it could be asked for is a line in the log', async () => {
      const { room, logged, told } = await joined();
      room.client.emit('remote-video-available', { userId: 'nobody', streamType: 'main' });
      await vi.waitFor(() => expect(logged).toEqual(['trtc: a picture could not be asked for']));

      expect(told).toEqual(['participant-joined:nobody']);
    });

    test('sound that is muted and comes back, for which the SDK has no second track event, stays the same track', async () => {
      const { room, clock, told } = await joined();
      const sound = new PlaceholderTrack('audio');
      room.show('audio', sound);
      await clock.advance(1_000);
      told.length = 0;
      room.join(AVATAR).mute(sound, true);
      await clock.advance(5_000);
      expect(told.filter((what) => what.startsWith('track'))).toEqual(['track-removed:avatar microphone']);
      room.join(AVATAR).mute(sound, false);
      await clock.advance(1_000);

      expect(told.filter((what) => what.startsWith('track'))).toEqual([
        'track-removed:avatar microphone',
        'track-added:avatar microphone played',
      ]);
    });

    test('a mute of a moment changes nothing', async () => {
      const { room, clock, told } = await joined();
      const sound = new PlaceholderTrack('audio');
      room.show('audio', sound);
      await clock.advance(1_000);
      told.length = 0;
      room.join(AVATAR).mute(sound, true);
      await clock.advance(1_000);
      room.join(AVATAR).mute(sound, false);
      await clock.advance(10_000);

      expect(told.filter((what) => what.startsWith('track'))).toEqual([]);
    });

    test('a track of both names is one: what came in, and what the SDK made of it', async () => {
      const { room, told } = await joined();
      const [raw, processed] = [new PlaceholderTrack('video'), new PlaceholderTrack('video')];
      const event = { userId: AVATAR, streamType: 'main' as const };
      room.client.emit('track', { ...event, track: raw, sourceTrack: raw });
      room.client.emit('track', { ...event, track: processed, sourceTrack: raw });

      expect(told).toEqual(['participant-joined:avatar', 'track-added:avatar camera']);
    });

    test('leaving counts after three seconds in which our link was up', async () => {
      const { room, clock, told } = await joined();
      room.join(AVATAR);
      await clock.advance(1_000);
      told.length = 0;
      const heard = () => told.filter((what) => !what.startsWith('quality'));
      room.client.emit('remote-user-exit', { userId: AVATAR, reason: 0 });
      await clock.advance(2_000);
      room.cloud.network.cut(ROOM);
      await clock.advance(20_000);
      room.cloud.network.resume(ROOM);
      await clock.advance(2_900);
      expect(heard()).toEqual(['reconnecting:', 'reconnected:lossy']);
      await clock.advance(200);

      expect(heard().at(-1)).toBe('participant-left:avatar');
    });

    test('gone and back with our link up is another stay; around a reconnect of ours it is none', async () => {
      const { room, clock, told } = await joined();
      const { client } = room;
      room.join(AVATAR);
      await clock.advance(1_000);
      told.length = 0;
      const heard = () => told.filter((what) => what.startsWith('participant'));
      client.emit('remote-user-exit', { userId: AVATAR, reason: 0 });
      client.emit('remote-user-enter', { userId: AVATAR });
      expect(heard()).toEqual(['participant-left:avatar', 'participant-joined:avatar']);

      told.length = 0;
      client.emit('remote-user-exit', { userId: AVATAR, reason: 0 });
      room.cloud.network.cut(ROOM);
      await clock.advance(100);
      room.cloud.network.resume(ROOM);
      client.emit('remote-user-enter', { userId: AVATAR });
      await clock.advance(10_000);
      expect(heard()).toEqual([]);
    });

    test('autoplay refusal is told as often as it comes, and resume resumes', async () => {
      const { room, clock, transport, told } = await joined();
      const resumes: (() => Promise<void>)[] = [];
      transport.on('playback-blocked', ({ resume }) => resumes.push(resume));
      room.cloud.faults.autoplay = 'refused';
      room.show('audio', new PlaceholderTrack('audio'));
      await clock.advance(1_000);
      const again = vi.fn(async () => {});
      room.client.emit('autoplay-failed', { userId: AVATAR, mediaType: 'screen', resume: again });
      expect(told.filter((what) => what.startsWith('playback'))).toEqual([
        'playback-blocked:audio',
        'playback-blocked:video',
      ]);
      expect(room.client.sounding).toEqual([]);
      delete room.cloud.faults.autoplay;
      for (const resume of resumes) await resume();

      expect(again).toHaveBeenCalledOnce();
      expect(room.client.sounding.map(({ userId }) => userId)).toEqual([AVATAR]);
    });

    test('quality while entering is none, as is a round trip of 0', async () => {
      const { room, clock, told, connect } = subject();
      room.cloud.faults.join = 'signalling-mute';
      const connecting = connect();
      await clock.advance(8_000);
      expect(told).toEqual([]);
      await expect(clock.run(connecting)).rejects.toMatchObject({ code: 'connect-timeout' });

      const later = await joined();
      await later.clock.advance(2_000);
      expect(later.told).toEqual([expect.stringMatching(/^quality:excellent excellent/)]);
      expect(await later.transport.statistics()).toEqual(
        expect.not.objectContaining({ packetsLost: expect.anything() }),
      );
    });
  });

  describe('a throwing handler', () => {
    test('of the application stops neither our other listeners nor the SDK’s later handlers', async () => {
      const { room, transport, told } = await joined();
      const after = vi.fn();
      const rethrown = new Promise((resolve) => process.once('uncaughtException', resolve));
      transport.on('packet', () => {
        throw new Error('the application’s');
      });
      room.client.on('custom-message', after);
      room.client.emit('custom-message', { userId: AVATAR, cmdId: 1, seq: 1, data: new ArrayBuffer(1) });

      expect(after).toHaveBeenCalledOnce();
      expect(told).toContain('packet:avatar 0');
      await expect(rethrown).resolves.toMatchObject({ message: 'the application’s' });
    });

    test('is none of ours, whatever the SDK emits', async () => {
      const { room, logged } = await joined();
      const after = vi.fn();
      const events = ['custom-message', 'track', 'error', 'kicked-out', 'network-quality'] as const;
      for (const event of events) {
        room.client.on(event, after);
        room.client.emit(event, undefined as never);
      }

      expect(after).toHaveBeenCalledTimes(events.length);
      expect(logged).toHaveLength(events.length);
    });
  });

  describe('the end', () => {
    test.for([
      ['kick', 'joined-elsewhere'],
      ['banned', 'removed'],
      ['room_disband', 'room-ended'],
    ] as const)(
      'kicked out for %s, though the link goes down first, is %s and no reconnect',
      async ([reason, ours]) => {
        const { room, clock, told } = await joined();
        room.client.kick(reason);
        await clock.advance(5_000);

        expect(told).toEqual([`closed:${ours}`]);
        expect(room.called.names).toEqual(['enterRoom', 'exitRoom', 'destroy']);
      },
    );

    test('user id conflict: who comes later stays, who was there is told, and neither comes back by itself', async () => {
      const { room, clock, told } = await joined();
      const second = trtc({ clock, sdk: room.sdk });
      const { signal } = new AbortController();
      const logger = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() };
      await clock.run(second.connect(room.credentials('visitor'), { signal, logger }));
      await clock.advance(60_000);

      expect(told.filter((what) => !what.startsWith('quality'))).toEqual(['closed:joined-elsewhere']);
      expect(room.calls.map(({ names }) => names.filter((name) => name === 'enterRoom').length)).toEqual([
        1, 1,
      ]);
      await expect(second.send(packet())).resolves.toBeUndefined();
      await clock.run(second.close());
    });

    test.for([
      ['5501, a firewall, is', 5500, 5501],
      ['5507, a picture that cannot be decoded, is', 5500, 5507],
      ['5309, a microphone that we did not open, is', 5300, 5309],
    ] as const)('error %s not terminal', async ([, code, extraCode]) => {
      const { room, transport, told, logged } = await joined();
      room.client.emit('error', Object.assign(rtcError(code, extraCode), { code, functionName: '' }));
      await transport.send(packet());

      expect(told).toEqual([]);
      expect(logged).toEqual(['trtc: the SDK reports an error, and goes on']);
    });

    test.for([5502, 5503, undefined] as const)(
      'a re-entry that is given up, with %s, is network-lost, and may be tried again',
      async (extraCode) => {
        const { room, clock, transport, told } = await joined();
        const ends: unknown[] = [];
        transport.on('closed', ({ error }) => ends.push(error));
        room.client.giveUp(extraCode);
        await clock.advance(1_000);

        expect(told).toEqual(['closed:network-lost']);
        expect(ends).toEqual([
          expect.objectContaining({ code: 'network', retryable: true, serviceCode: extraCode ?? 5400 }),
        ]);
      },
    );

    test('a re-entry that is refused because the signature is over is credentials-expired', async () => {
      const { room, told } = await joined();
      room.client.emit('error', Object.assign(rtcError(5400, 70001), { code: 5400, functionName: '' }));

      expect(told).toEqual(['closed:credentials-expired']);
    });

    test('destroy, which throws in a room, comes after exitRoom, also where leaving fails', async () => {
      const { room, clock, transport, told, logged } = await joined();
      room.client.exitRoom = () => Promise.reject(rtcError(5998));
      await clock.run(transport.close());

      expect(told).toEqual(['closed:requested']);
      expect(logged).toEqual(['trtc: leaving the room failed', 'trtc: the SDK could not be destroyed']);
    });

    test('an exitRoom that hangs is given three seconds', async () => {
      const { room, clock, transport, told } = await joined();
      room.cloud.faults.leave = 'hang';
      const closing = watched(transport.close());
      await clock.advance(2_999);
      expect(closing.settled).toBe(false);
      await clock.advance(1);

      expect(closing.settled).toBe(true);
      expect(told.filter((what) => !what.startsWith('quality'))).toEqual(['closed:requested']);
      expect(room.client.listenerCount()).toBe(0);
    });

    test("off('*') is never used, and each handler is taken off by name before destroy takes them all", async () => {
      const { room, clock, transport } = await joined();
      const listening = room.client.listenerCount();
      await clock.run(transport.close());

      expect(room.called.off).toHaveLength(listening);
      expect(room.called.off).not.toContain('*');
      expect(room.called.off).not.toContain(undefined);
      expect(room.called.atDestroy).toBe(0);
    });

    test('no timer of ours waits after any end', async () => {
      const { room, clock, transport } = await joined();
      room.show('audio', new PlaceholderTrack('audio'));
      await clock.advance(1_000);
      room.join(AVATAR).leave();
      await clock.advance(100);
      await clock.run(transport.close());
      await clock.advance(0);

      expect(clock.scheduled).toBe(0);
    });

    test('the signature is in no message, cause or log', async () => {
      const { room, clock, connect } = subject();
      const { userSig } = room.credentials('visitor');
      room.prepare = (client) => {
        client.enterRoom = () => Promise.reject(rtcError(5400, 70003, `bad ${userSig} for visitor`));
      };
      const error = await clock.run(connect({ userSig })).catch((reason: unknown) => reason);

      expect(error).toMatchObject({ code: 'credentials-refused', serviceCode: 70003 });
      expect(isAvatarError(error) && error.cause).toMatchObject({ message: 'bad [redacted] for visitor' });
    });
  });

  describe('publishing', () => {
    test('microphone light out after close: stopped before the room is left, and enabled as it was found', async () => {
      const { room, clock, transport } = await joined();
      const [sound, picture] = [new PlaceholderTrack('audio'), new PlaceholderTrack('video')];
      await clock.run(transport.publishing.publish('microphone', sound));
      await clock.run(transport.publishing.publish('camera', picture));
      await clock.run(transport.publishing.mute('microphone', true));
      expect([sound.enabled, picture.enabled]).toEqual([false, true]);
      await clock.run(transport.close());

      expect(room.called.names.slice(-4)).toEqual([
        'stopLocalAudio',
        'stopLocalVideo',
        'exitRoom',
        'destroy',
      ]);
      expect([sound, picture].map(({ enabled, readyState }) => [enabled, readyState])).toEqual([
        [true, 'live'],
        [true, 'live'],
      ]);
      expect(room.client.getAudioTrack()).toBeNull();
    });

    test('never starts anything after destroy, which would open the microphone', async () => {
      const { room, clock, transport } = await joined();
      const track = new PlaceholderTrack('audio');
      room.client.kick();
      await expect(transport.publishing.publish('microphone', track)).rejects.toMatchObject({
        code: 'not-connected',
      });
      await clock.run(transport.close());
      await expect(transport.publishing.publish('microphone', track)).rejects.toMatchObject({
        code: 'not-connected',
      });

      expect(room.called.names).not.toContain('startLocalAudio');
    });

    test('a stop that hangs does not keep us in the room', async () => {
      const { room, clock, transport } = await joined();
      await clock.run(transport.publishing.publish('microphone', new PlaceholderTrack('audio')));
      room.client.stopLocalAudio = () => new Promise(() => {});
      await clock.run(transport.close());

      expect(room.present).toBe(false);
      expect(room.client.destroyed).toBe(true);
    });

    test('a start that fails half-way is stopped, so that the next is no repeated one', async () => {
      const { room, clock, transport } = await joined();
      const { client } = room;
      const start = client.startLocalAudio.bind(client);
      client.startLocalAudio = async (config) => {
        client.startLocalAudio = start;
        await start(config);
        throw rtcError(5500);
      };
      const track = new PlaceholderTrack('audio');
      await expect(clock.run(transport.publishing.publish('microphone', track))).rejects.toMatchObject({
        code: 'network',
        serviceCode: 5500,
      });

      await expect(clock.run(transport.publishing.publish('microphone', track))).resolves.toBeUndefined();
      await clock.advance(1_000);
      expect(room.published.map(({ source }) => source)).toEqual(['microphone']);
    });

    test('a screen, for which the SDK has no mute, is muted by its enabled, also in a replacement', async () => {
      const { clock, transport } = await joined();
      const [first, second] = [new PlaceholderTrack('video'), new PlaceholderTrack('video')];
      const { publishing } = transport;
      await clock.run(publishing.publish('screen', first));
      await clock.run(publishing.mute('screen', true));
      await clock.run(publishing.replace('screen', second));
      expect([first.enabled, second.enabled]).toEqual([true, false]);
      await clock.run(publishing.mute('screen', false));
      expect(second.enabled).toBe(true);
      await clock.run(transport.close());
    });

    test('what replaces a muted track is silent before the SDK has it', async () => {
      const { room, clock, transport } = await joined();
      const { publishing } = transport;
      const given: unknown[] = [];
      const update = room.client.updateLocalAudio;
      room.client.updateLocalAudio = (config) => {
        given.push(config.option?.audioTrack?.enabled);
        return update(config);
      };
      await clock.run(publishing.publish('microphone', new PlaceholderTrack('audio')));
      await clock.run(publishing.mute('microphone', true));
      await clock.run(publishing.replace('microphone', new PlaceholderTrack('audio')));

      expect(given).toEqual([undefined, false]);
    });

    test('local tracks, which the SDK announces with an empty user id, are not somebody’s', async () => {
      const { clock, transport, told } = await joined();
      await clock.run(transport.publishing.publish('camera', new PlaceholderTrack('video')));

      expect(told).toEqual([]);
      await clock.run(transport.close());
    });
  });
});
