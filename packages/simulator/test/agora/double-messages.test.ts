import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/index';
import { stage, tell } from './stage';
import { outcome } from './subject';

const text = (value: string) => new TextEncoder().encode(value);
const bytes = (length: number) => new Uint8Array(length);

describe('messages, double only', () => {
  it('go to everyone else, as bytes of their own, and resolve after a round trip', async () => {
    const { clock, joined } = await stage({ conditions: { latencyMs: 50 } });
    const [sender, receiver] = [await joined(1), await joined('two')];
    const [own, told] = [tell(sender), tell(receiver)];
    const payload = text('hello');
    const from = clock.now();
    const sending = sender.sendStreamMessage(payload, false);
    payload.fill(0);
    await clock.run(sending);
    expect(clock.now() - from).toBe(100);
    await clock.advance(1);
    expect(told).toEqual(['stream-message 1 hello']);
    expect(own).toEqual([]);
    await clock.run(receiver.sendStreamMessage('back'));
    await clock.advance(1);
    expect(own).toEqual(['stream-message two back']);
  });

  it('are counted where they arrive and delivered all the same: the 31st in a second, and more than 6,144 bytes', async () => {
    const { clock, cloud, joined } = await stage();
    const sender = await joined(1);
    const told = tell(await joined(2));
    for (let index = 0; index < 31; index++) void sender.sendStreamMessage('x');
    expect(cloud.network.violations).toEqual([]);
    await clock.advance(100);
    expect(cloud.network.violations).toMatchObject([{ limit: 'packets-per-second', used: 31, allowed: 30 }]);
    await clock.advance(2_000);
    for (let index = 0; index < 7; index++) void sender.sendStreamMessage(bytes(1_000));
    await clock.advance(100);
    expect(cloud.network.violations.at(-1)).toMatchObject({
      limit: 'bytes-per-second',
      used: 7_000,
      allowed: 6_144,
    });
    expect(told).toHaveLength(38);
  });

  it('are counted by a clock of the far side, which may step', async () => {
    const clock = createVirtualClock();
    let step = 0;
    const serverClock = { ...clock, now: () => clock.now() + step };
    const { cloud, joined } = await stage({ clock, serverClock });
    const sender = await clock.run(joined(1));
    for (let index = 0; index < 30; index++) void sender.sendStreamMessage('x');
    await clock.advance(500);
    step = 1_000;
    for (let index = 0; index < 30; index++) void sender.sendStreamMessage('x');
    await clock.advance(500);
    expect(cloud.network.violations).toEqual([]);
  });

  it('that come too fast move the sender to another gateway, where that is asked for', async () => {
    const { clock, cloud, joined } = await stage({ gatewayChangeMs: 300 });
    const [sender, bystander] = [await joined(1), await joined(2)];
    cloud.faults.tooFastReconnects = true;
    const [told, calm] = [tell(sender), tell(bystander)];
    for (let index = 0; index < 31; index++) void outcome(sender.sendStreamMessage('x', false));
    await clock.advance(100);
    expect(told).toEqual(['connection-state-change RECONNECTING CONNECTED']);
    await clock.advance(300);
    expect(told).toEqual([
      'connection-state-change RECONNECTING CONNECTED',
      'connection-state-change CONNECTED RECONNECTING',
    ]);
    expect(calm.filter((event) => event.startsWith('connection'))).toEqual([]);
  });

  it('may arrive twice when the SDK sends them again', async () => {
    const { clock, cloud, joined } = await stage();
    const sender = await joined(1);
    const told = tell(await joined(2));
    const sending = sender.sendStreamMessage('x', true);
    await clock.advance(30); // It has arrived, and its answer has not.
    cloud.network.cut('room', '1');
    cloud.network.resume('room', '1');
    await clock.run(sending);
    await clock.advance(100);
    expect(told).toEqual(['stream-message 1 x', 'stream-message 1 x']);
  });

  it('that were rejected WS_ABORT may have arrived', async () => {
    const { clock, cloud, joined } = await stage();
    const sender = await joined(1);
    const told = tell(await joined(2));
    const sending = outcome(sender.sendStreamMessage('x', false));
    await clock.advance(30);
    cloud.network.cut('room', '1');
    expect(await sending).toBe('WS_ABORT');
    await clock.advance(100);
    expect(told).toEqual(['stream-message 1 x']);
  });

  it('are known to the cloud in the turn of the call, also while they wait', async () => {
    const { cloud, joined } = await stage();
    const client = await joined(1);
    cloud.network.cut('room');
    void outcome(client.sendStreamMessage('held', false));
    expect(cloud.handedOver.map((packet) => new TextDecoder().decode(packet))).toEqual(['held']);
    expect(cloud.network.handedOver).toEqual([]);
  });

  it('fail and hang as they are told', async () => {
    const { clock, cloud, joined } = await stage();
    const client = await joined(1);
    cloud.faults.send = () => Promise.reject(new Error('no'));
    expect(await clock.run(outcome(client.sendStreamMessage('x')))).toBe('Error');
    cloud.faults.send = () => new Promise(() => {});
    let settled = false;
    void client.sendStreamMessage('x').then(() => (settled = true));
    await clock.advance(60_000);
    expect(settled).toBe(false);
  });

  it('of an audience are lost without a word, or delivered where that is asked for', async () => {
    for (const audienceData of ['lost', 'delivered'] as const) {
      const { clock, joined } = await stage({ behaviour: { audienceData } });
      const audience = await joined(1, { mode: 'live' });
      const told = tell(await joined(2));
      expect(await clock.run(outcome(audience.sendStreamMessage('x')))).toBe('resolved');
      await clock.advance(100);
      expect(told).toEqual(audienceData === 'lost' ? [] : ['stream-message 1 x']);
    }
  });

  it('that look like the SDK’s own are swallowed, where that is asked for', async () => {
    const { clock, joined } = await stage({ behaviour: { swallowsLookalikes: true } });
    const [sender, receiver] = [await joined(1), await joined(2)];
    const told = tell(receiver);
    for (const message of [
      '{"_type":1}',
      '{"total":1,"id":2}',
      '{"total":1}',
      '{"id":1}',
      '5',
      'null',
      'no json',
    ])
      await clock.run(sender.sendStreamMessage(message));
    await clock.advance(100);
    expect(told.map((event) => event.replace('stream-message 1 ', ''))).toEqual([
      '{"total":1}',
      '{"id":1}',
      '5',
      'null',
      'no json',
    ]);
  });
});
