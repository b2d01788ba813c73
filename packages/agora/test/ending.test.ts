import { silentLogger } from '@avatarwire/core';
import { describe, expect, test } from 'vitest';
import { AVATAR, CHANNEL } from './double/double-room';
import { joined, subject } from './double/subject';

const bytes = (...values: number[]) => Uint8Array.from(values);
const never = new Promise<never>(() => {});

describe('who is there, over a double of the SDK', () => {
  test('numbers and texts as user ids in one channel are told apart by their text', async () => {
    const { room, clock, told } = await joined();
    room.join('12').send(bytes(1));
    room.join('twelve').send(bytes(2));
    await clock.advance(500);

    expect(told).toEqual([
      'participant-joined:12',
      'packet:12 1',
      'participant-joined:twelve',
      'packet:twelve 2',
    ]);
  });

  test('leaving counts after three seconds in which we stayed connected', async () => {
    const { room, clock, told } = await joined({}, (before) => before.join(AVATAR));
    room.join(AVATAR).leave();
    await clock.advance(100);
    expect(told).toEqual([`participant-joined:${AVATAR}`]);
    await clock.advance(3_000);

    expect(told.slice(1)).toEqual([`participant-left:${AVATAR}`]);
  });

  test('a reconnect after which everybody is announced again has lost nobody', async () => {
    const { room, clock, told } = await joined({}, (before) => {
      before.join(AVATAR);
    });
    room.cloud.network.cut(CHANNEL);
    await clock.advance(5_000);
    room.cloud.network.reconnectLossily(CHANNEL);
    await clock.advance(60_000);

    expect(told).toEqual([`participant-joined:${AVATAR}`, 'reconnecting:', 'reconnected:lossy']);
  });

  test('who quits and is back within the grace is somebody new, who was told nothing yet', async () => {
    const { room, clock, told } = await joined({}, (before) => before.join(AVATAR));
    room.join(AVATAR).leave();
    await clock.advance(500);
    room.join(AVATAR);
    await clock.advance(10_000);

    expect(told.slice(1)).toEqual([`participant-left:${AVATAR}`, `participant-joined:${AVATAR}`]);
  });

  test.for(['ServerTimeOut', undefined])(
    'who is missed for the reason %o, which is the network, and is back within the grace has not left',
    async (reason) => {
      const { client, clock, told } = await joined({}, (before) => before.join(AVATAR));
      const [user] = client.remoteUsers;
      client.emit('user-left', user, reason);
      await clock.advance(2_000);
      client.emit('user-joined', user);
      await clock.advance(10_000);

      expect(told).toEqual([`participant-joined:${AVATAR}`]);
    },
  );

  test('the bytes of a packet are an array of our own', async () => {
    const { client, transport } = await joined();
    const packets: Uint8Array[] = [];
    transport.on('packet', ({ data }) => packets.push(data));
    const payload = Uint8Array.of(0, 7, 8, 0).subarray(1, 3);
    client.emit('stream-message', 7, payload);
    payload.fill(0);

    expect(packets).toEqual([bytes(7, 8)]);
    expect(packets[0]?.buffer.byteLength).toBe(2);
  });
});

describe('the life of a connection, over a double of the SDK', () => {
  test('a token about to expire is told 30 s ahead, and once it has expired it is over', async () => {
    const { clock, room, told, transport } = subject();
    const credentials = room.cloud.credentials(CHANNEL, 1, { expiresInMs: 60_000 });
    await clock.run(
      transport.connect(credentials, { signal: new AbortController().signal, logger: silentLogger }),
    );
    await clock.advance(30_000);
    expect(told).toEqual(['credentials-expiring:30000']);
    await clock.advance(31_000);

    expect(told).toEqual(['credentials-expiring:30000', 'closed:credentials-expired']);
    expect([room.listenerCount, room.present]).toEqual([0, false]);
  });

  test('did-expire alone is the end, and the channel is left', async () => {
    const { clock, client, room, told } = await joined();
    client.emit('token-privilege-did-expire');
    await clock.advance(1_000);

    expect(told).toEqual(['closed:credentials-expired']);
    expect([client.connectionState, room.present]).toEqual(['DISCONNECTED', false]);
  });

  test('a token that expires while we join refuses the join', async () => {
    const { clock, client, connecting, room } = await joining();
    client.emit('token-privilege-did-expire');
    await clock.advance(0);

    await expect(connecting).rejects.toMatchObject({
      code: 'credentials-refused',
      serviceCode: 'TOKEN_EXPIRE',
    });
    expect(room.listenerCount).toBe(0);
  });

  async function joining() {
    const made = subject();
    made.room.cloud.faults.join = () => never;
    const connecting = made.connect();
    await made.clock.advance(100);
    return { ...made, client: made.client, connecting };
  }

  test.for([
    ['UID_BANNED', 'removed'],
    ['IP_BANNED', 'removed'],
    ['CHANNEL_BANNED', 'removed'],
  ] as const)('kicked out with %s we are %s, and do not come back by ourselves', async ([vendor, reason]) => {
    const { client, clock, room, told } = await joined();
    client.disconnect(vendor);
    await clock.advance(60_000);

    expect(told).toEqual([`closed:${reason}`]);
    expect([room.cloud.clients.length, room.listenerCount, clock.scheduled]).toEqual([1, 0, 0]);
  });

  test('a user id conflict is joined-elsewhere where the SDK says so, and removed where it says banned', async () => {
    for (const [sameUid, reason] of [
      ['UID_CONFLICT', 'joined-elsewhere'],
      ['UID_BANNED', 'removed'],
    ] as const) {
      const { clock, room, told, transport } = subject({}, { behaviour: { sameUid } });
      const credentials = room.cloud.credentials(CHANNEL, 5);
      const options = { signal: new AbortController().signal, logger: silentLogger };
      await clock.run(transport.connect(credentials, options));
      const other = subject({}, {}, { room, clock });
      await clock.run(other.transport.connect(credentials, options));
      await clock.advance(1_000);

      expect(told).toEqual([`closed:${reason}`]);
      expect(other.told).toEqual([]);
      await clock.run(other.transport.close());
    }
  });

  test('reconnecting is told once, and reconnected as lossy: nothing is sent again', async () => {
    const { room, clock, told } = await joined();
    room.cloud.network.cut(CHANNEL);
    await clock.advance(1_000);
    room.cloud.network.resume(CHANNEL);
    await clock.advance(1_000);

    expect(told).toEqual(['reconnecting:', 'reconnected:lossy']);
  });

  test('a link that is down when join resolves is told once we have joined', async () => {
    const { room, clock, told, transport, connect } = subject();
    const connecting = connect();
    await clock.advance(0);
    const { client } = room;
    client.on('connection-state-change', (state) => {
      if (state === 'CONNECTED') queueMicrotask(() => room.cloud.network.cut(CHANNEL));
    });
    await clock.run(connecting);

    expect(told).toEqual(['reconnecting:']);
    await expect(transport.send(bytes(1))).rejects.toMatchObject({ code: 'not-connected' });
    await clock.run(transport.close());
  });

  test('exceptions are only warnings: they reach the log and nothing else', async () => {
    const { room, clock, told, connect } = subject();
    const warnings: unknown[] = [];
    const quiet = () => {};
    const logger = {
      error: quiet,
      warn: (...line: unknown[]) => void warnings.push(line),
      info: quiet,
      debug: quiet,
    };
    await clock.run(connect({ logger }));
    const exception = { code: 1003, msg: 'SEND_VIDEO_BITRATE_TOO_LOW', uid: 1 };
    room.client.emit('exception', exception);
    await clock.advance(1_000);

    expect(warnings).toEqual([['agora: exception', exception]]);
    expect(told).toEqual([]);
  });

  test('quality is told every two seconds, in one scale for up and down', async () => {
    const { room, clock, transport } = await joined();
    const qualities: unknown[] = [];
    transport.on('quality', (quality) => qualities.push(quality));
    Object.assign(room.cloud.quality, { uplinkNetworkQuality: 6, downlinkNetworkQuality: 2 });
    await clock.advance(2_000);

    expect(qualities).toEqual([{ up: 'lost', down: 'good' }]);
  });

  test('figures are those that the SDK measures, and none once it is over', async () => {
    const { clock, transport } = await joined({}, () => {}, { conditions: { latencyMs: 30 } });
    expect(await transport.statistics()).toEqual({ roundTripMs: 60 });
    await clock.run(transport.close());

    expect(await transport.statistics()).toEqual({});
  });

  test('no timer and no listener of ours is left after close, and none of others is taken', async () => {
    const { room, clock, transport } = await joined({}, (before) => before.join(AVATAR));
    const stands = room.addForeignListener();
    room.join(AVATAR).leave();
    await clock.advance(100);
    await clock.run(transport.close());

    expect([room.listenerCount, clock.scheduled, stands()]).toEqual([0, 0, true]);
  });

  test('leaving that fails is logged, without the token, and closes all the same', async () => {
    const { room, clock, told, transport, connect } = subject();
    const lines: unknown[] = [];
    const quiet = () => {};
    await clock.run(
      connect({
        logger: { error: quiet, warn: (...line) => void lines.push(line), info: quiet, debug: quiet },
      }),
    );
    const [token = ''] = room.tokens;
    room.client.leave = () => Promise.reject(new Error(`no way out with ${token}`));
    await clock.run(transport.close());

    expect(lines).toEqual([
      [
        'agora: leaving the channel failed',
        { error: expect.objectContaining({ message: 'no way out with [redacted]' }) },
      ],
    ]);
    expect(told).toEqual(['closed:requested']);
  });
});
