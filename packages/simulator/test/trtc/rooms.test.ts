import { describe, expect, test } from 'vitest';
import { PlaceholderTrack } from '../../src/index';
import { bytes, rejection, stage } from './stage';

describe('rooms of the TRTC double (double only)', () => {
  test('the connection is CONNECTED before enterRoom resolves', async () => {
    const { clock, user } = await stage();
    const ann = user('ann');
    let statesThen: string[] = [];
    await clock.run(
      ann.enter().then(() => {
        statesThen = ann.states();
      }),
    );
    expect(statesThen).toEqual(['CONNECTING', 'CONNECTED']);
    expect(ann.client.joined).toBe(true);
  });

  test.each([
    ['before', true],
    ['after', false],
  ] as const)('who was there is announced %s enterRoom resolves, when told so', async (announces, known) => {
    const { clock, cloud, user } = await stage({ announces });
    cloud.network.join('room', 'avatar').publish(new PlaceholderTrack('video'));
    const ann = user('ann');
    let knownThen: string[] = [];
    await clock.run(
      ann.enter().then(() => {
        knownThen = ann.names().filter((name) => name.startsWith('remote-'));
      }),
    );
    const announced = ['remote-user-enter', 'remote-video-available'];
    expect(knownThen).toEqual(known ? announced : []);
    await clock.advance(100);
    expect(ann.names().filter((name) => name.startsWith('remote-'))).toEqual(announced);
  });

  test('otherwise the seed decides, the same way every time', async () => {
    async function announcedBefore(seed: number): Promise<boolean> {
      const { clock, cloud, user } = await stage({ seed });
      cloud.network.join('room', 'avatar');
      const ann = user('ann');
      let before = false;
      await clock.run(
        ann.enter().then(() => {
          before = ann.of('remote-user-enter').length > 0;
        }),
      );
      return before;
    }
    const seeds = Array.from({ length: 12 }, (_, seed) => seed);
    const once = await Promise.all(seeds.map(announcedBefore));
    expect(await Promise.all(seeds.map(announcedBefore))).toEqual(once);
    expect(new Set(once)).toEqual(new Set([true, false]));
  });

  test('a picture that is asked for before enterRoom has resolved is refused with 5101', async () => {
    const { clock, cloud, user } = await stage({ announces: 'before' });
    cloud.network.join('room', 'avatar').publish(new PlaceholderTrack('video'));
    const ann = user('ann');
    const refusals: unknown[] = [];
    ann.client.on('remote-video-available', ({ userId, streamType }) => {
      ann.client.startRemoteVideo({ userId, streamType }).catch((error: unknown) => refusals.push(error));
    });
    await clock.run(ann.enter());
    await clock.advance(100);
    expect(refusals).toMatchObject([{ extraCode: 5101 }]);
  });

  test('a room by name and one by number are two', async () => {
    const { clock, cloud, entered } = await stage();
    const ann = await entered('ann', { strRoomId: '123' });
    await entered('bob', { strRoomId: '', roomId: 123 });
    await clock.advance(100);
    expect(ann.of('remote-user-enter')).toEqual([]);
    expect(cloud.network.present(cloud.roomName('123'))).toEqual(['ann']);
    expect(cloud.network.present(cloud.roomName(123))).toEqual(['bob']);
  });

  test('the same user in the same room kicks the one before', async () => {
    const { clock, entered } = await stage();
    const first = await entered('ann');
    const second = await entered('ann');
    await clock.advance(200);
    expect(first.of('kicked-out')).toEqual([{ reason: 'kick' }]);
    expect(first.names().slice(-2)).toEqual(['connection-state-changed', 'kicked-out']);
    expect(await rejection(first.client.sendCustomMessage({ cmdId: 1, data: bytes(1) }))).toMatchObject({
      code: 5100,
      extraCode: 5101,
    });
    expect(second.of('kicked-out')).toEqual([]);
    expect(second.client.joined).toBe(true);
    first.client.destroy();
  });

  test.each([
    ['removed', 'banned'],
    ['room-ended', 'room_disband'],
  ] as const)('who is %s is kicked out: %s', async (end, reason) => {
    const { clock, cloud, entered } = await stage();
    const ann = await entered('ann');
    cloud.network.end(end);
    await clock.advance(200);
    expect(ann.of('kicked-out')).toEqual([{ reason }]);
    expect(ann.client.joined).toBe(false);
    await clock.run(ann.enter());
    expect(ann.client.joined).toBe(true);
  });

  test('kick() is the server, for one instance', async () => {
    const { clock, cloud, entered } = await stage();
    const [ann, bob] = [await entered('ann'), await entered('bob')];
    ann.client.kick('banned');
    await clock.advance(200);
    expect(ann.of('kicked-out')).toEqual([{ reason: 'banned' }]);
    expect(bob.of('remote-user-exit')).toEqual([{ userId: 'ann', reason: 0 }]);
    expect(cloud.network.present('room')).toEqual(['bob']);
  });

  test.each([
    ['no signature of this cloud', { userSig: 'made up' }, 70_003],
    ['the signature of another user', { userId: 'bob' }, 70_013],
    ['the signature of another application', { sdkAppId: 1 }, 70_014],
  ])('%s is refused by the server, with CONNECTED before', async (_what, more, extraCode) => {
    const { clock, user } = await stage();
    const ann = user('ann');
    expect(await rejection(clock.run(ann.enter(more)))).toMatchObject({ code: 5400, extraCode });
    expect(ann.states()).toEqual(['CONNECTING', 'CONNECTED', 'DISCONNECTED']);
  });

  test.each([
    ['signature-expired', 70_001],
    ['signature-refused', 70_003],
    [{ serverCode: -100_013 }, -100_013],
  ] as const)('the server can be made to refuse: %o', async (join, extraCode) => {
    const { clock, cloud, user } = await stage();
    cloud.faults.join = join;
    expect(await rejection(clock.run(user('ann').enter()))).toMatchObject({ code: 5400, extraCode });
    cloud.faults.join = undefined;
    await clock.run(user('ann').enter());
  });

  test('signalling that never opens is one error 5501, after 34 s', async () => {
    const { clock, cloud, user } = await stage();
    cloud.faults.join = 'signalling-hang';
    const ann = user('ann');
    ann.enter().catch(() => {});
    await clock.advance(33_000);
    expect(ann.of('error')).toEqual([]);
    await clock.advance(60_000);
    expect(ann.of('error')).toMatchObject([{ code: 5500, extraCode: 5501 }]);
    expect(ann.states()).toEqual(['CONNECTING']);
    ann.client.destroy();
    await clock.advance(0);
    expect(clock.scheduled).toBe(0);
  });

  test('a cut is DISCONNECTED and CONNECTING again, and its end CONNECTED', async () => {
    const { clock, cloud, entered } = await stage();
    const ann = await entered('ann');
    ann.forget();
    cloud.network.cut('room');
    await clock.advance(2_000);
    cloud.network.resume('room');
    await clock.advance(100);
    expect(ann.of('connection-state-changed')).toEqual([
      { prevState: 'CONNECTED', state: 'DISCONNECTED' },
      { prevState: 'DISCONNECTED', state: 'CONNECTING', isReconnecting: true },
      { prevState: 'CONNECTING', state: 'CONNECTED' },
    ]);
  });

  test('a cut that does not end leaves the room, and then is an error', async () => {
    const { clock, cloud, entered } = await stage();
    const ann = await entered('ann');
    cloud.network.cut('room');
    await clock.advance(30_000);
    expect(ann.names().slice(-2)).toEqual(['connection-state-changed', 'error']);
    expect(ann.of('error')).toMatchObject([{ code: 5400 }]);
    expect(ann.client.joined).toBe(false);
  });

  test.each([5502, 5503] as const)(
    'giveUp(%i) is the documented error, out of the room',
    async (extraCode) => {
      const { clock, entered } = await stage();
      const ann = await entered('ann');
      ann.client.giveUp(extraCode);
      await clock.advance(100);
      expect(ann.of('error')).toMatchObject([{ code: 5500, extraCode }]);
      expect(ann.client.joined).toBe(false);
    },
  );

  test('a firewall is an error 5501 and no end', async () => {
    const { entered } = await stage();
    const ann = await entered('ann');
    ann.client.firewall();
    expect(ann.of('error')).toMatchObject([{ code: 5500, extraCode: 5501 }]);
    expect(ann.client.joined).toBe(true);
  });

  test('figures come every 2 s: of the network from CONNECTING on, of the traffic in a room', async () => {
    const { clock, cloud, user } = await stage();
    cloud.faults.join = 'signalling-hang';
    const ann = user('ann');
    ann.enter().catch(() => {});
    await clock.advance(4_500);
    expect(ann.of('network-quality')).toMatchObject([
      { uplinkNetworkQuality: 0 },
      { uplinkNetworkQuality: 0 },
    ]);
    expect(ann.of('statistics')).toEqual([]);
    ann.client.destroy();
    cloud.faults.join = undefined;
    const bob = user('bob');
    await clock.run(bob.enter());
    void bob.client.sendCustomMessage({ cmdId: 1, data: bytes(1, 2, 3) });
    await clock.advance(2_000);
    expect(bob.of('network-quality')).toMatchObject([{ uplinkNetworkQuality: 1, uplinkRTT: 40 }]);
    expect(bob.of('statistics')).toMatchObject([{ rtt: 40, bytesSent: 3 }]);
  });

  test('exitRoom says DISCONNECTED, tells the others, and leaves nothing running', async () => {
    const { clock, cloud, entered } = await stage();
    const [ann, bob] = [await entered('ann'), await entered('bob')];
    await clock.run(ann.client.exitRoom());
    await clock.run(bob.client.exitRoom());
    expect(ann.states().at(-1)).toBe('DISCONNECTED');
    expect(ann.of('remote-user-exit')).toEqual([]);
    expect(bob.of('remote-user-exit')).toEqual([{ userId: 'ann', reason: 0 }]);
    expect(cloud.network.present('room')).toEqual([]);
    ann.client.destroy();
    bob.client.destroy();
    await clock.advance(1_000);
    expect(clock.scheduled).toBe(0);
    expect([ann.client.listenerCount(), bob.client.listenerCount()]).toEqual([0, 0]);
  });

  test('exitRoom can be made to hang; destroy leaves the room all the same', async () => {
    const { clock, cloud, entered } = await stage();
    const ann = await entered('ann');
    cloud.faults.leave = 'hang';
    let left = false;
    void ann.client.exitRoom().then(() => {
      left = true;
    });
    await clock.advance(60_000);
    expect(left).toBe(false);
    ann.client.destroy();
    await clock.advance(100);
    expect(cloud.network.present('room')).toEqual([]);
  });

  test.each([1, 45, 90, 110, 135])('destroy %i ms after enterRoom leaves nobody in the room', async (ms) => {
    const { clock, cloud, user } = await stage();
    const ann = user('ann');
    const entering = rejection(ann.enter());
    await clock.advance(ms);
    expect(ann.client.joined).toBe(false);
    ann.client.destroy();
    expect(await clock.run(entering)).toMatchObject({ code: 5100 });
    await clock.advance(1_000);
    expect(cloud.network.present('room')).toEqual([]);
    expect(clock.scheduled).toBe(0);
  });

  test('destroy during a request ends the enter when that request has its answer, with no further one', async () => {
    const { clock, cloud, user } = await stage();
    cloud.faults.join = 'http-slow';
    const ann = user('ann');
    const entering = rejection(ann.enter());
    await clock.advance(500);
    ann.client.destroy();
    const began = clock.now();
    expect(await clock.run(entering)).toMatchObject({ code: 5100 });
    expect(clock.now() - began).toBe(500);
    expect(clock.scheduled).toBe(0);
  });
});
