import { describe, expect, it } from 'vitest';
import { PlaceholderTrack } from '../../src/placeholder-track';
import { stage, tell } from './stage';
import { outcome } from './subject';

const ENDED = 'connection-state-change DISCONNECTED CONNECTED';

describe('endings, tokens, roles and quality, double only', () => {
  it('the same uid again ends the older client, as a ban or with the reason that is asked for', async () => {
    for (const sameUid of ['UID_BANNED', 'UID_CONFLICT'] as const) {
      const { clock, cloud, joined } = await stage({ behaviour: { sameUid } });
      const older = await joined(1);
      const told = tell(older);
      const newer = await joined(1);
      expect(told).toEqual([`${ENDED} ${sameUid}`]);
      expect(newer.connectionState).toBe('CONNECTED');
      expect(cloud.network.present('room')).toEqual(['1']);
      await clock.run(newer.leave());
      expect(clock.scheduled).toBe(0);
    }
  });

  it('the network ends a client with the reason that the SDK has for it', async () => {
    const reasons = {
      removed: 'UID_BANNED',
      'room-ended': 'CHANNEL_BANNED',
      'network-lost': 'NETWORK_ERROR',
    } as const;
    for (const [reason, told] of Object.entries(reasons)) {
      const { clock, cloud, joined } = await stage();
      const events = tell(await joined(1));
      cloud.network.end(reason as keyof typeof reasons, 'room');
      await clock.advance(100);
      expect(events).toEqual([`${ENDED} ${told}`]);
      expect(clock.scheduled).toBe(0);
    }
  });

  it('the gateway ends a client with any reason, and what was under way rejects WS_ABORT', async () => {
    const { clock, cloud, joined } = await stage();
    const client = await joined(1);
    const told = tell(client);
    const sending = outcome(client.sendStreamMessage('x', true));
    client.disconnect('LICENSE_EXPIRED');
    expect(told).toEqual([`${ENDED} LICENSE_EXPIRED`]);
    expect(await sending).toBe('WS_ABORT');
    expect([cloud.network.present('room'), client.uid]).toEqual([[], undefined]);
    await clock.advance(60_000);
    expect(told).toHaveLength(1);
  });

  it('a link that stays cut is given up, and everything that waited rejects', async () => {
    const { clock, cloud, joined } = await stage({ giveUpMs: 5_000 });
    const client = await joined(1);
    const told = tell(client);
    cloud.network.cut('room');
    const held = outcome(client.sendStreamMessage('x', true));
    await clock.advance(5_000);
    expect(told).toEqual([
      'connection-state-change RECONNECTING CONNECTED',
      'connection-state-change DISCONNECTED RECONNECTING NETWORK_ERROR',
    ]);
    expect(await held).toBe('WS_ABORT');
  });

  it('a connection that ends while it is made rejects the join', async () => {
    const { clock, cloud, make, join } = await stage({ conditions: { latencyMs: 100 } });
    const client = make();
    const told = tell(client);
    const joining = outcome(join(client, 1));
    await clock.advance(250);
    cloud.network.end('network-lost', 'room');
    expect(await clock.run(joining)).toBe('WS_ABORT');
    expect(told.at(-1)).toBe('connection-state-change DISCONNECTED CONNECTING NETWORK_ERROR');
  });

  it('a token is told to expire 30 s ahead, and ends the connection when it has', async () => {
    const { clock, joined } = await stage();
    const client = await joined(1, {}, { expiresInMs: 60_000 });
    const told = tell(client);
    await clock.advance(29_000);
    expect(told).toEqual([]);
    await clock.advance(2_000);
    expect(told).toEqual(['token-privilege-will-expire']);
    await clock.advance(30_000);
    expect(told.slice(1)).toEqual([
      'connection-state-change DISCONNECTING CONNECTED',
      'connection-state-change DISCONNECTED DISCONNECTING TOKEN_EXPIRE',
      'token-privilege-did-expire',
    ]);
  });

  it('a token that is renewed in time does not expire, and one of somebody else does not renew', async () => {
    const { clock, cloud, joined } = await stage();
    const client = await joined(1, {}, { expiresInMs: 60_000 });
    const told = tell(client);
    await clock.advance(40_000);
    const refused = outcome(client.renewToken(cloud.credentials('room', 2).token));
    expect(await clock.run(refused)).toBe('CAN_NOT_GET_GATEWAY_SERVER');
    await clock.run(client.renewToken(cloud.credentials('room', 1).token));
    await clock.advance(600_000);
    expect(told).toEqual(['token-privilege-will-expire']);
    expect(client.connectionState).toBe('CONNECTED');
  });

  it('in live nobody hears of an audience until it is a host, nor of a host that becomes one', async () => {
    const { clock, joined } = await stage();
    const host = await joined(1, { mode: 'live', role: 'host' });
    const told = tell(host);
    const audience = await joined(2, { mode: 'live' });
    expect(told).toEqual([]);
    expect(host.getRTCStats().UserCount).toBe(1);
    await clock.run(audience.setClientRole('host'));
    await clock.run(audience.setClientRole('audience', { level: 2 }));
    expect(told).toEqual(['user-joined 2', 'user-left 2 BecomeAudience']);
    expect(tell(await joined(3, { mode: 'live' }))).toEqual([]);
  });

  it('a host that publishes can not become an audience', async () => {
    const { clock, sdk, joined } = await stage();
    const host = await joined(1, { mode: 'live', role: 'host' });
    const voice = sdk.createCustomAudioTrack({ mediaStreamTrack: new PlaceholderTrack('audio') });
    await clock.run(host.publish(voice));
    expect(await clock.run(outcome(host.setClientRole('audience')))).toBe('INVALID_OPERATION');
    await clock.run(host.unpublish(voice));
    expect(await clock.run(outcome(host.setClientRole('audience')))).toBe('resolved');
    expect(await clock.run(outcome(host.publish(voice)))).toBe('INVALID_OPERATION');
  });

  it('quality is told every 2 s from the join to the end', async () => {
    const { clock, cloud, joined } = await stage();
    const client = await joined(1);
    const told: unknown[] = [];
    client.on('network-quality', (quality) => told.push(quality));
    await clock.advance(2_000);
    cloud.quality.downlinkNetworkQuality = 5;
    await clock.advance(2_000);
    expect(told).toEqual([
      { uplinkNetworkQuality: 1, downlinkNetworkQuality: 1 },
      { uplinkNetworkQuality: 1, downlinkNetworkQuality: 5 },
    ]);
    await clock.run(client.leave());
    await clock.advance(10_000);
    expect(told).toHaveLength(2);
  });

  it('statistics know who is there, how long it took, and how long a round trip takes', async () => {
    const { clock, joined } = await stage({ conditions: { latencyMs: 40 } });
    const client = await joined(1);
    await joined(2);
    await clock.advance(10_000);
    expect(client.getRTCStats()).toMatchObject({ UserCount: 2, RTT: 80, Duration: 11 });
  });

  it('an exception of the SDK is told on demand', async () => {
    const { joined } = await stage();
    const client = await joined(1);
    const told: unknown[] = [];
    client.on('exception', (event) => told.push(event));
    client.emit('exception', { code: 1_003, msg: 'low frame rate', uid: 1 });
    expect(told).toEqual([{ code: 1_003, msg: 'low frame rate', uid: 1 }]);
  });

  it('an error in a listener reaches who asked for it, and stops nobody', async () => {
    const errors: unknown[] = [];
    const { joined } = await stage({ onListenerError: (error) => errors.push(error) });
    const client = await joined(1);
    const fault = new Error('in a listener');
    const told: number[] = [];
    client.on('exception', () => {
      throw fault;
    });
    client.on('exception', ({ code }) => told.push(code));
    client.emit('exception', { code: 1, msg: '', uid: 1 });
    expect([errors, told]).toEqual([[fault], [1]]);
  });
});
