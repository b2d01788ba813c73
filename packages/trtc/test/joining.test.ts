import { describe, expect, test, vi } from 'vitest';
import { ROOM } from './double/double-room';
import { packet, subject, watched } from './double/joined';

describe('joining, over a double of trtc-sdk-v5 5.17.1', () => {
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
