import type { AvatarError } from '@avatarwire/core';
import { describe, expect, test } from 'vitest';
import type { AgoraModule, AgoraSdk } from '../src/index';
import { CopyableTrack } from './double/copyable-track';
import { AVATAR, CHANNEL } from './double/double-room';
import { joined, subject } from './double/subject';

const bytes = (...values: number[]) => Uint8Array.from(values);

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
