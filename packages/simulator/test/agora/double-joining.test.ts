import { describe, expect, it } from 'vitest';
import { agoraError } from '../../src/agora/index';
import { seededRandom } from '../../src/random';
import { stage, tell } from './stage';
import { outcome } from './subject';

describe('joining, double only', () => {
  it('tells CONNECTING in the call and CONNECTED before the uid is known, and gives the uid back as it came', async () => {
    const { clock, make, join } = await stage();
    for (const uid of [7, 'seven']) {
      const client = make();
      const seen: unknown[] = [];
      client.on('connection-state-change', (state) => seen.push(state, client.uid));
      const joining = join(client, uid);
      expect(seen).toEqual(['CONNECTING', undefined]);
      expect(await clock.run(joining)).toBe(uid);
      expect(seen).toEqual(['CONNECTING', undefined, 'CONNECTED', undefined]);
      expect([client.uid, client.channelName]).toEqual([uid, 'room']);
      await clock.run(client.leave());
    }
  });

  it('grants a number to whoever asks for none', async () => {
    const { clock, make } = await stage({ behaviour: { tokens: 'any' } });
    for (const uid of [null, undefined, 0, '']) {
      const granted = await clock.run(make().join('app', 'room', null, uid));
      expect(Number.isInteger(granted) && Number(granted) > 0).toBe(true);
    }
  });

  it('announces who is there around the end of join, in an order that the seed decides: each user before its tracks', async () => {
    const orders = new Set<string>();
    for (let seed = 1; seed <= 40; seed++) {
      const { clock, cloud, make, join } = await stage({ seed });
      for (const uid of ['7', '8']) cloud.network.join('room', uid);
      const client = make();
      const told = tell(client);
      await clock.run(join(client, 1).then(() => told.push('joined')));
      await clock.advance(200);
      expect(told.filter((event) => event.startsWith('user'))).toEqual(['user-joined 7', 'user-joined 8']);
      orders.add(told.filter((event) => !event.startsWith('connection')).join());
    }
    expect(orders).toEqual(
      new Set([
        'joined,user-joined 7,user-joined 8',
        'user-joined 7,joined,user-joined 8',
        'user-joined 7,user-joined 8,joined',
      ]),
    );
  });

  it('keeps what arrives meanwhile in its order behind what waits', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { clock, cloud, make, join } = await stage({ seed });
      const avatar = cloud.network.join('room', '7');
      const client = make();
      const told = tell(client);
      await clock.run(join(client, 1));
      for (let part = 0; part < 5; part++) avatar.send(new TextEncoder().encode(String(part)));
      await clock.advance(500);
      expect(told.slice(-6)).toEqual([
        'user-joined 7',
        ...[0, 1, 2, 3, 4].map((part) => `stream-message 7 ${part}`),
      ]);
    }
  });

  it('announces before the end of join, where that is asked for', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const { clock, cloud, make, join } = await stage({
        seed,
        behaviour: { announcements: 'before-joined' },
      });
      cloud.network.join('room', '7');
      const client = make();
      const told = tell(client);
      await clock.run(join(client, 1).then(() => told.push('joined')));
      expect(told.slice(-2)).toEqual(['user-joined 7', 'joined']);
    }
  });

  it('refuses a wrong app id, a token of another channel or uid, one that it never issued, and one that has expired', async () => {
    const { clock, cloud, make } = await stage();
    const { appId, token } = cloud.credentials('room', 1);
    const late = cloud.credentials('room', 1, { expiresInMs: 1_000 });
    await clock.advance(1_000);
    const attempts: readonly [string, string, string | null, number][] = [
      ['another', 'room', token, 1],
      [appId, 'elsewhere', token, 1],
      [appId, 'room', token, 2],
      [appId, 'room', 'made up', 1],
      [appId, 'room', null, 1],
      [appId, 'room', late.token, 1],
    ];
    for (const attempt of attempts) {
      const client = make();
      const told = tell(client);
      expect(await clock.run(outcome(client.join(...attempt)))).toBe('CAN_NOT_GET_GATEWAY_SERVER');
      expect(told.at(-1)).toBe('connection-state-change DISCONNECTED CONNECTING');
    }
    expect(await clock.run(make().join(appId, 'room', token, 1))).toBe(1);
  });

  it('hangs, and fails as it is told', async () => {
    const { clock, cloud, make, join } = await stage();
    cloud.faults.join = () => new Promise(() => {});
    const client = make();
    let settled = false;
    join(client, 1)
      .finally(() => (settled = true))
      .catch(() => {});
    await clock.advance(600_000);
    expect([settled, client.connectionState]).toEqual([false, 'CONNECTING']);
    cloud.faults.join = () => Promise.reject(agoraError('UID_CONFLICT', 'the same uid'));
    expect(await clock.run(outcome(join(make(), 2)))).toBe('UID_CONFLICT');
  });

  it('rejects a join that was left between 0.6 and 6 s later, and leaves the channel again', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const { clock, cloud, make, join } = await stage({ seed });
      const random = seededRandom(seed);
      const client = make();
      const joining = outcome(join(client, 1));
      await clock.advance(random() * 100);
      if (client.connectionState !== 'CONNECTING') continue;
      const from = clock.now();
      await client.leave();
      expect(client.connectionState).toBe('DISCONNECTED');
      expect(await clock.run(joining)).toBe('OPERATION_ABORTED');
      expect(clock.now() - from).toBeGreaterThanOrEqual(600);
      expect(clock.now() - from).toBeLessThanOrEqual(6_000);
      expect([cloud.network.present('room'), clock.scheduled]).toEqual([[], 0]);
    }
  });

  it('leaves nothing behind: not in the channel, not on the clock, and only its own listeners with the client', async () => {
    const { clock, cloud, joined } = await stage();
    const client = await joined(1);
    const told = tell(client);
    const listeners = client.listenerCount();
    client.enableAudioVolumeIndicator();
    await clock.run(client.leave());
    expect(told).toEqual([
      'connection-state-change DISCONNECTING CONNECTED',
      'connection-state-change DISCONNECTED DISCONNECTING LEAVE',
    ]);
    expect([cloud.network.present('room'), clock.scheduled, client.listenerCount()]).toEqual([
      [],
      0,
      listeners,
    ]);
  });

  it('takes as long to leave as it is told', async () => {
    const { clock, cloud, joined } = await stage();
    const client = await joined(1);
    cloud.faults.leave = () => new Promise(() => {});
    let left = false;
    void client.leave().then(() => (left = true));
    await clock.advance(60_000);
    expect([left, client.connectionState]).toEqual([false, 'DISCONNECTING']);
  });

  it('can join again, and a join waits for the leave before it', async () => {
    const { clock, make, joined, join } = await stage();
    const client = await joined(1);
    const told = tell(client);
    const leaving = client.leave();
    const joining = join(client, 2);
    await leaving;
    expect(await clock.run(joining)).toBe(2);
    expect(told.map((event) => event.split(' ')[1])).toEqual([
      'DISCONNECTING',
      'DISCONNECTED',
      'CONNECTING',
      'CONNECTED',
    ]);
    expect(make().connectionState).toBe('DISCONNECTED');
  });
});
