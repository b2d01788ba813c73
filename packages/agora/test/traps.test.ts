import { type AvatarError, silentLogger } from '@avatarwire/core';
import { createVirtualClock } from '@avatarwire/simulator';
import { agoraError } from '@avatarwire/simulator/agora';
import { describe, expect, test, vi } from 'vitest';
import type { AgoraModule, AgoraSdk } from '../src/index';
import { CopyableTrack } from './double/copyable-track';
import { AVATAR, CHANNEL } from './double/double-room';
import { joined, subject } from './double/subject';

const bytes = (...values: number[]) => Uint8Array.from(values);
const never = new Promise<never>(() => {});

describe('joining, over a double of the SDK', () => {
  test('listeners stand before join is called: what comes while joining is heard', async () => {
    const { room, clock, told, connect } = subject();
    const connecting = connect();
    await clock.advance(0);
    expect(room.listenerCount).toBeGreaterThan(0);
    room.cloud.faults.join = async () => {
      clock.schedule(() => room.join(AVATAR).send(bytes(1)), 0);
    };
    await clock.run(connecting);
    await clock.advance(200);

    expect(told).toEqual([`participant-joined:${AVATAR}`, `packet:${AVATAR} 1`]);
  });

  test('a join that never settles is ended at the deadline, and the channel is left', async () => {
    const { room, clock, client, connect } = await hanging();
    await clock.advance(14_999);
    expect(client.connectionState).toBe('CONNECTING');
    await clock.advance(1);

    await expect(connect).rejects.toMatchObject({
      code: 'connect-timeout',
      retryable: true,
      provider: 'agora',
    });
    expect([client.connectionState, room.listenerCount]).toEqual(['DISCONNECTED', 0]);
  });

  async function hanging() {
    const made = subject();
    made.room.cloud.faults.reach = 'hangs';
    const connect = made.connect();
    await made.clock.advance(0);
    return { ...made, client: made.client, connect };
  }

  test('an abandoned join, which rejects seconds after leave, is waited for by nobody', async () => {
    const { clock, transport, client, connect } = await hanging();
    await clock.run(transport.close());
    await expect(connect).rejects.toMatchObject({ code: 'not-connected' });
    expect(client.connectionState).toBe('DISCONNECTED');

    // Its rejection comes here; unhandled, it would fail this run.
    await clock.advance(10_000);
    expect(clock.scheduled).toBe(0);
  });

  test('a join that completes after we left is left again', async () => {
    const { room, clock } = subject();
    let complete: (uid: number) => void = () => {};
    const leaves: string[] = [];
    const real = (await room.sdk()) as AgoraSdk;
    // The worst that a leave can come too early for: the join goes on all the same.
    const createClient: AgoraSdk['createClient'] = (config) =>
      Object.assign(real.createClient(config), {
        join: () => new Promise<number>((resolve) => (complete = resolve)),
        leave: async () => void leaves.push('leave'),
      });
    const sdk = async () => ({ ...real, createClient });
    const { connect } = subject({ sdk }, {}, { room, clock });
    const abort = new AbortController();
    const connecting = connect({ signal: abort.signal });
    await clock.advance(0);
    abort.abort('the visitor left');
    await expect(connecting).rejects.toBe('the visitor left');
    expect(leaves).toEqual(['leave']);
    complete(1);
    await clock.advance(0);

    expect(leaves).toEqual(['leave', 'leave']);
  });

  test('an SDK that loads after we gave up makes no client', async () => {
    let load: (sdk: AgoraModule) => void = () => {};
    const { room, clock, connect } = subject({ sdk: () => new Promise((resolve) => (load = resolve)) });
    const connecting = connect();
    await clock.advance(15_000);
    await expect(connecting).rejects.toMatchObject({ code: 'connect-timeout' });
    load(await room.sdk());
    await clock.advance(0);

    expect(room.cloud.clients).toEqual([]);
  });

  test('StrictMode connects twice: one client for each attempt, the first is left, the second joins', async () => {
    const { clock, room, connect } = subject();
    const abort = new AbortController();
    const first = connect({ signal: abort.signal });
    await clock.advance(0);
    abort.abort('unmounted');
    const second = subject({}, {}, { room, clock });
    await clock.run(second.connect());
    await expect(first).rejects.toBe('unmounted');
    await clock.advance(10_000);

    expect(room.cloud.clients.map(({ connectionState }) => connectionState)).toEqual([
      'DISCONNECTED',
      'CONNECTED',
    ]);
    expect(room.cloud.network.present(CHANNEL)).toHaveLength(1);
  });

  test('a transport connects once: the SDK is never asked to join twice', async () => {
    const { room, clock, transport, connect } = await joined();
    await expect(connect()).rejects.toMatchObject({ code: 'invalid-argument' });
    await clock.run(transport.close());
    await expect(connect()).rejects.toMatchObject({ code: 'invalid-argument' });

    expect(room.cloud.clients).toHaveLength(1);
  });

  test('a client that is disconnected although its join resolved is a network error', async () => {
    const { room, clock } = subject();
    const real = (await room.sdk()) as AgoraSdk;
    const createClient: AgoraSdk['createClient'] = (config) =>
      Object.assign(real.createClient(config), { join: async () => 1 });
    const { connect, told } = subject({ sdk: async () => ({ ...real, createClient }) }, {}, { room, clock });

    await expect(clock.run(connect())).rejects.toMatchObject({ code: 'network', retryable: true });
    expect([told, room.listenerCount]).toEqual([[], 0]);
  });

  test("a token that does not fit is credentials-refused, with the SDK's text and without the token", async () => {
    const { clock, connect } = subject();
    const token = '007-a-token-that-nobody-issued';
    const connecting = connect({ credentials: { token } });
    await clock.advance(1_000);
    const error: AvatarError = await connecting.then(
      () => expect.unreachable(),
      (reason) => reason,
    );

    expect(error).toMatchObject({
      code: 'credentials-refused',
      retryable: false,
      serviceCode: 'CAN_NOT_GET_GATEWAY_SERVER',
      message: expect.stringContaining('dynamic use static key'),
    });
    expect(`${error.message}${error.stack}${String(error.cause)}`).not.toContain(token);
  });

  test('our id is the uid that the network gave, as a text', async () => {
    const { clock, room, connect } = subject({}, { behaviour: { tokens: 'any' } });
    const { localId } = await clock.run(connect({ credentials: { uid: 0 } }));

    expect(localId).toBe(String(room.client.uid));
    expect(Number(localId)).toBeGreaterThan(0);
  });

  test('what was published before us and announced while joining is subscribed to, once', async () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const { told, transport, clock } = await joined(
        {},
        (room) => {
          room.show('audio', new CopyableTrack('audio'));
          room.show('video', new CopyableTrack('video'));
        },
        { seed },
      );
      expect([...told].sort()).toEqual([
        `participant-joined:${AVATAR}`,
        'track-added:audio',
        'track-added:video',
      ]);
      await clock.run(transport.close());
    }
  });
});

describe('roles, over a double of the SDK', () => {
  test('an audience joins live, receives, and can neither send nor publish', async () => {
    const { clock, client, room, transport, told, connect } = await audience();
    await expect(connect).resolves.toMatchObject({ canSend: false });
    room.join(AVATAR).send(bytes(5));
    room.show('video', new CopyableTrack('video'));
    await clock.advance(500);

    expect([client.mode, client.role]).toEqual(['live', 'audience']);
    expect(told).toEqual([`participant-joined:${AVATAR}`, `packet:${AVATAR} 5`, 'track-added:video']);
    await expect(transport.send(bytes(1))).rejects.toMatchObject({ code: 'unsupported' });
    await expect(
      transport.publishing.publish('microphone', new CopyableTrack('audio')),
    ).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('host'),
    });
    expect([room.cloud.handedOver, room.publishCalls]).toEqual([[], 0]);
  });

  async function audience() {
    const made = subject();
    made.room.role = 'audience';
    const connect = made.connect();
    await made.clock.run(connect);
    return { ...made, client: made.client, connect };
  }

  test('a live channel is joined as a host, which is not the default of the SDK, and sends', async () => {
    const { clock, client, room, transport } = await joined({ mode: 'live' });
    await clock.run(transport.send(bytes(1)));

    expect([client.mode, client.role, room.cloud.handedOver]).toEqual(['live', 'host', [bytes(1)]]);
  });
});

describe('sending, over a double of the SDK', () => {
  test('goes without the retry of the SDK, which may send twice once a socket was replaced', async () => {
    const { client, clock, transport } = await joined();
    const send = vi.spyOn(client, 'sendStreamMessage');
    await clock.run(transport.send(bytes(1, 2)));

    expect(send.mock.calls).toEqual([[bytes(1, 2), false]]);
  });

  test('hands over a copy: with encryption the SDK reads the bytes only after send has returned', async () => {
    const { client, clock, transport } = await joined();
    const send = vi.spyOn(client, 'sendStreamMessage');
    const packet = bytes(1, 2, 3, 4).subarray(1, 3);
    const sent = transport.send(packet);
    packet.fill(0);
    await clock.run(sent);

    expect(send.mock.calls[0]?.[0]).toEqual(bytes(2, 3));
  });

  test('several sends are in flight at once, in the order of the calls', async () => {
    const { room, clock, transport } = await joined({}, (before) => before.join(AVATAR), {
      conditions: { latencyMs: 200 },
    });
    const settled: number[] = [];
    const sends = [1, 2, 3].map((value) => transport.send(bytes(value)).then(() => settled.push(value)));
    expect(room.cloud.handedOver).toEqual([bytes(1), bytes(2), bytes(3)]);
    await clock.advance(100);
    expect(settled).toEqual([]);
    await clock.run(Promise.all(sends));

    expect(settled).toEqual([1, 2, 3]);
    expect(room.received).toEqual([bytes(1), bytes(2), bytes(3)]);
  });

  test('what the SDK would hold while it reconnects, and flush after an interrupt, is not handed to it', async () => {
    const { room, clock, transport } = await joined();
    room.cloud.network.cut(CHANNEL);
    const early = transport.send(bytes(1));
    await expect(early).rejects.toMatchObject({ code: 'not-connected' });
    room.cloud.network.reconnectLossily(CHANNEL);
    await clock.run(transport.send(bytes(2)));

    expect(room.cloud.handedOver).toEqual([bytes(2)]);
  });

  test('a send in flight when the socket goes is a fault of the network: it may have arrived', async () => {
    const { room, clock, transport } = await joined({}, () => {}, { conditions: { latencyMs: 200 } });
    const sent = transport.send(bytes(1));
    sent.catch(() => {});
    await clock.advance(50);
    room.cloud.network.cut(CHANNEL);
    await clock.advance(0);

    await expect(sent).rejects.toMatchObject({ code: 'network', serviceCode: 'WS_ABORT' });
  });

  test('1,024 bytes pass and 1,025 do not reach the SDK', async () => {
    const { room, clock, transport } = await joined();
    await clock.run(transport.send(new Uint8Array(1_024)));
    await expect(transport.send(new Uint8Array(1_025))).rejects.toMatchObject({ code: 'packet-too-large' });

    expect(room.cloud.handedOver).toHaveLength(1);
  });

  test.for(['a text', new ArrayBuffer(4), [1, 2]])(
    '%o, at which the SDK throws a raw TypeError or sends text, is refused',
    async (packet) => {
      const { room, transport } = await joined();

      await expect(transport.send(packet as never)).rejects.toMatchObject({ code: 'invalid-argument' });
      expect(room.cloud.handedOver).toEqual([]);
    },
  );

  test('an error that the SDK throws at once, as 4.20.0 does, rejects', async () => {
    const { client, transport } = await joined();
    client.sendStreamMessage = () => {
      throw agoraError('INVALID_PARAMS', 'stream message out of range.');
    };

    await expect(transport.send(bytes(1))).rejects.toMatchObject({ code: 'packet-too-large' });
  });
});

describe('media of others, over a double of the SDK', () => {
  test('who plays remote audio: nobody but core, to which the track itself is given', async () => {
    const { room, clock, client, transport } = await joined();
    const added: MediaStreamTrack[] = [];
    transport.on('track-added', ({ track, playedBySdk }) => {
      if (!playedBySdk) added.push(track);
    });
    room.show('audio', new CopyableTrack('audio'));
    await clock.advance(500);
    const [user] = client.remoteUsers;

    expect(transport.capabilities.playsAudio).toBe(false);
    expect(added).toEqual([user?.audioTrack?.getMediaStreamTrack()]);
    // A track of the double has no `play`: calling it would have thrown.
    expect(user?.audioTrack).not.toHaveProperty('play');
  });

  test("an autoplay refusal reaches the elements of core: the page's one slot for the SDK's stays as it was", async () => {
    const { room, told } = subject();
    const { default: rtc } = await room.cloud.sdk();
    const theirs = () => {};
    rtc.onAutoplayFailed = theirs;
    const { transport, connect, clock } = subject({}, {}, { room, clock: createVirtualClock() });
    void connect();
    await clock.advance(1_000);
    rtc.onAutoplayFailed();
    rtc.emit('autoplay-failed');
    await transport.close();

    expect(rtc.onAutoplayFailed).toBe(theirs);
    expect([rtc.onAudioAutoplayFailed, rtc.listenerCount(), told]).toEqual([undefined, 0, []]);
  });

  test('a remote mute is a track removed, the end of it one added', async () => {
    const { room, clock, told } = await joined({}, (before) => before.join(AVATAR));
    const track = new CopyableTrack('audio');
    room.show('audio', track);
    await clock.advance(500);
    room.join(AVATAR).mute(track, true);
    await clock.advance(500);
    room.join(AVATAR).mute(track, false);
    await clock.advance(500);

    expect(told.filter((what) => what.startsWith('track'))).toEqual([
      'track-added:audio',
      'track-removed:audio',
      'track-added:audio',
    ]);
  });

  test('a user that is gone before subscribe settles is no error', async () => {
    const { room, clock, told, connect } = subject();
    const logged: string[] = [];
    const log = (message: string) => void logged.push(message);
    await clock.run(connect({ logger: { error: log, warn: log, info: log, debug: () => {} } }));
    room.show('video', new CopyableTrack('video'));
    await clock.advance(25);
    room.join(AVATAR).leave();
    await clock.advance(10_000);

    expect(told.filter((what) => what.startsWith('track'))).toEqual([]);
    expect(logged).toEqual([]);
  });

  test('what was withdrawn before subscribe settles is not announced, also when that succeeds', async () => {
    const { room, clock, told } = await joined({}, (before) => before.join(AVATAR));
    let settle: () => void = () => {};
    room.cloud.faults.subscribe = () => new Promise((resolve) => (settle = resolve));
    room.show('video', new CopyableTrack('video'));
    await clock.advance(100);
    delete room.cloud.faults.subscribe;
    room.hide('video');
    room.show('video', new CopyableTrack('video'));
    await clock.advance(100);
    settle();
    await clock.advance(500);

    expect(told.filter((what) => what.startsWith('track'))).toEqual(['track-added:video']);
  });

  test('a subscription that fails for another reason is a warning, and comes back after a reconnect', async () => {
    const { room, clock, told, connect } = subject({}, { behaviour: { announcesAgain: false } });
    const warnings: unknown[] = [];
    const quiet = () => {};
    const warn = (message: string) => void warnings.push(message);
    room.cloud.faults.subscribe = () => Promise.reject(agoraError('SUBSCRIBE_FAILED'));
    await clock.run(connect({ logger: { error: quiet, warn, info: quiet, debug: quiet } }));
    room.show('video', new CopyableTrack('video'));
    await clock.advance(500);
    expect(warnings).toEqual(['agora: a track could not be subscribed to']);
    delete room.cloud.faults.subscribe;
    room.cloud.network.cut(CHANNEL);
    room.cloud.network.resume(CHANNEL);
    await clock.advance(500);

    expect(told.slice(-1)).toEqual(['track-added:video']);
  });

  test.for(['INVALID_REMOTE_USER', 'REMOTE_USER_IS_NOT_PUBLISHED'])(
    'the SDK says %s of a user that is gone: that is no warning',
    async (code) => {
      const { room, clock, told, connect } = subject();
      const warnings: unknown[] = [];
      const quiet = () => {};
      const warn = (message: string) => void warnings.push(message);
      room.cloud.faults.subscribe = () => Promise.reject(agoraError(code));
      await clock.run(connect({ logger: { error: quiet, warn, info: quiet, debug: quiet } }));
      room.show('video', new CopyableTrack('video'));
      await clock.advance(500);

      expect([told, warnings]).toEqual([[`participant-joined:${AVATAR}`], []]);
    },
  );

  test('a subscription that fails after the track was published anew takes nothing from the new one', async () => {
    const { room, clock, told } = await joined({}, (before) => before.join(AVATAR));
    let fail: (error: unknown) => void = () => {};
    room.cloud.faults.subscribe = () => new Promise((_, reject) => (fail = reject));
    room.show('video', new CopyableTrack('video'));
    await clock.advance(100);
    delete room.cloud.faults.subscribe;
    room.hide('video');
    room.show('video', new CopyableTrack('video'));
    await clock.advance(500);
    fail(agoraError('SUBSCRIBE_FAILED'));
    await clock.advance(500);

    expect(told.filter((what) => what.startsWith('track'))).toEqual(['track-added:video']);
  });

  test('a subscription that settles after the end is told to nobody', async () => {
    const { client, room, clock, told } = await joined({}, (before) => before.join(AVATAR));
    let settle: (track: unknown) => void = () => {};
    client.subscribe = () => new Promise((resolve) => (settle = resolve as typeof settle));
    room.show('video', new CopyableTrack('video'));
    await clock.advance(100);
    client.disconnect('UID_BANNED');
    settle({ getMediaStreamTrack: () => new CopyableTrack('video') });
    await clock.advance(500);

    expect(told).toEqual([`participant-joined:${AVATAR}`, 'closed:removed']);
  });

  test('who leaves takes their tracks along, also where the SDK does not say that they are unpublished', async () => {
    const { client, told } = await joined({}, (before) => {
      before.show('audio', new CopyableTrack('audio'));
      before.show('video', new CopyableTrack('video'));
    });
    client.emit('user-left', client.remoteUsers[0], 'ServerTimeOut');

    expect(told.slice(-2)).toEqual(['track-removed:audio', 'track-removed:video']);
  });

  test('a channel of data that somebody publishes is none of our media', async () => {
    const { client, clock, told } = await joined({}, (before) => before.join(AVATAR));
    const subscribe = vi.spyOn(client, 'subscribe');
    const [user] = client.remoteUsers;
    client.emit('user-published', user, 'datachannel', { id: 1, ordered: true });
    client.emit('user-unpublished', user, 'datachannel', { id: 1, ordered: true });
    await clock.advance(500);

    expect(subscribe).not.toHaveBeenCalled();
    expect(told).toEqual([`participant-joined:${AVATAR}`]);
  });

  test('a track that the SDK has put into its own, mending its media connection, is removed and added', async () => {
    const { client, clock, room, told, transport } = await joined({}, (before) =>
      before.show('video', new CopyableTrack('video')),
    );
    const mended = new CopyableTrack('video');
    const added: MediaStreamTrack[] = [];
    transport.on('track-added', ({ track }) => added.push(track));
    const [user] = client.remoteUsers;
    client.emit('media-reconnect-end', user?.uid);
    expect(told.slice(-1)).toEqual(['track-added:video']);
    if (user?.videoTrack === undefined) throw new Error('nothing was subscribed to');
    user.videoTrack.getMediaStreamTrack = () => mended;
    client.emit('media-reconnect-end', user.uid);
    await clock.advance(0);

    expect(told.slice(-2)).toEqual(['track-removed:video', 'track-added:video']);
    expect(added).toEqual([mended]);
    expect(room.listenerCount).toBeGreaterThan(0);
  });
});

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
