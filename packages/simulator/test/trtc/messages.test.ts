import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '../../src/index';
import { createMessageOrder, type Numbered } from '../../src/trtc/message-order';
import { bytes, rejection, stage, type User } from './stage';

/** What the SDK returns, which is declared to be nothing. */
const send = ({ client }: User, value: number, cmdId = 1): unknown =>
  client.sendCustomMessage({ cmdId, data: bytes(value) });
const heard = (user: User) => user.of('custom-message').map(({ data }) => new Uint8Array(data)[0]);

describe('messages of the TRTC double (double only)', () => {
  test('a message reaches every other user in a buffer of its own, and not its sender', async () => {
    const { clock, entered } = await stage();
    const [ann, bob, cem] = [await entered('ann'), await entered('bob'), await entered('cem')];
    const data = bytes(7);
    void ann.client.sendCustomMessage({ cmdId: 3, data });
    new Uint8Array(data).fill(0);
    await clock.advance(500);
    expect(bob.of('custom-message')).toMatchObject([{ userId: 'ann', cmdId: 3 }]);
    expect([heard(ann), heard(bob), heard(cem)]).toEqual([[], [7], [7]]);
    expect(bob.of('custom-message')[0]?.data).not.toBe(cem.of('custom-message')[0]?.data);
  });

  test('a sender counts its messages for each cmdId, from an arbitrary number', async () => {
    const { clock, entered } = await stage();
    const [ann, bob] = [await entered('ann'), await entered('bob')];
    for (const cmdId of [1, 2, 1, 1]) send(ann, 0, cmdId);
    await clock.advance(500);
    const numbers = (cmdId: number) =>
      bob
        .of('custom-message')
        .filter((message) => message.cmdId === cmdId)
        .map(({ seq }) => seq);
    const [first = Number.NaN] = numbers(1);
    expect(numbers(1)).toEqual([first, first + 1, first + 2]);
    expect(numbers(2)).toHaveLength(1);
    expect(numbers(2)).not.toEqual([first]);
  });

  test('messages that overtake each other on the way are in order again', async () => {
    const { clock, entered } = await stage({ conditions: { reordering: 0.5, jitterMs: 20 } });
    const [ann, bob] = [await entered('ann'), await entered('bob')];
    for (let value = 0; value < 30; value++) {
      send(ann, value);
      await clock.advance(40);
    }
    await clock.advance(6_000);
    expect(heard(bob)).toEqual(Array.from({ length: 30 }, (_, value) => value));
  });

  test('a message that arrives twice is heard once', async () => {
    const { clock, entered } = await stage({ conditions: { duplication: 1 } });
    const [ann, bob] = [await entered('ann'), await entered('bob')];
    for (const value of [1, 2, 3]) {
      send(ann, value);
      await clock.advance(200);
    }
    await clock.advance(6_000);
    expect(heard(bob)).toEqual([1, 2, 3]);
  });

  test('what follows a lost message waits 5 s for it and goes on without', async () => {
    const { clock, cloud, entered } = await stage();
    const [ann, bob] = [await entered('ann'), await entered('bob')];
    send(ann, 1);
    await clock.advance(500);
    cloud.network.shape({ loss: 1 });
    send(ann, 2);
    await clock.advance(500);
    cloud.network.shape({ loss: 0 });
    send(ann, 3);
    send(ann, 4);
    await clock.advance(4_900);
    expect(heard(bob)).toEqual([1]);
    await clock.advance(200);
    expect(heard(bob)).toEqual([1, 3, 4]);
  });

  test('a gap that was filled does not shorten the 5 s of the next one', async () => {
    const clock = createVirtualClock();
    const delivered: number[] = [];
    const { arrive } = createMessageOrder<Numbered>(clock, ({ seq }) => delivered.push(seq));
    arrive({ seq: 1 });
    await clock.advance(200);
    arrive({ seq: 3 });
    await clock.advance(1_000);
    arrive({ seq: 2 });
    await clock.advance(3_000);
    arrive({ seq: 5 });
    await clock.advance(4_900);
    expect(delivered).toEqual([1, 2, 3]);
    arrive({ seq: 4 });
    expect(delivered).toEqual([1, 2, 3, 4, 5]);
    expect(clock.scheduled).toBe(0);
  });

  test('nothing that was sent before a user came reaches it', async () => {
    const { clock, entered } = await stage();
    const ann = await entered('ann');
    expect(send(ann, 1)).toBeUndefined();
    await clock.advance(500);
    const bob = await entered('bob');
    send(ann, 2);
    await clock.advance(500);
    expect(heard(bob)).toEqual([2]);
  });

  test('with deafMs, what is sent just after entering vanishes', async () => {
    const { clock, entered } = await stage({ deafMs: 300 });
    const bob = await entered('bob');
    const ann = await entered('ann');
    expect(send(ann, 1)).toBeUndefined();
    await clock.advance(300);
    send(ann, 2);
    await clock.advance(6_000);
    expect(heard(bob)).toEqual([2]);
  });

  test('what is sent while the connection is down is taken, and lost', async () => {
    const { clock, cloud, entered } = await stage();
    const [ann, bob] = [await entered('ann'), await entered('bob')];
    cloud.network.cut('room');
    expect(send(ann, 1)).toBeUndefined();
    await clock.advance(1_000);
    cloud.network.resume('room');
    send(ann, 2);
    await clock.advance(6_000);
    expect(heard(bob)).toEqual([2]);
  });

  test('a message can be made to vanish, or to be over the rate', async () => {
    const { clock, cloud, entered } = await stage();
    const [ann, bob] = [await entered('ann'), await entered('bob')];
    cloud.faults.send = 'vanish';
    expect(send(ann, 1)).toBeUndefined();
    cloud.faults.send = 'over-rate';
    expect(() => send(ann, 2)).toThrow(expect.objectContaining({ code: 4097 }));
    cloud.faults.send = undefined;
    send(ann, 3);
    await clock.advance(6_000);
    expect(heard(bob)).toEqual([3]);
  });

  test("the SDK's window is no second of the network's: twice its limits are violations at arrival", async () => {
    const { clock, cloud, entered } = await stage();
    const ann = await entered('ann');
    await entered('bob');
    send(ann, 0);
    await clock.advance(990);
    for (let count = 0; count < 29; count++) send(ann, count);
    await clock.advance(20);
    for (let count = 0; count < 30; count++) send(ann, count);
    await clock.advance(500);
    expect(cloud.network.handedOver).toHaveLength(60);
    expect(cloud.network.violations.length).toBeGreaterThan(0);
  });

  test('an avatar that stands at the server is heard, on cmdId 1', async () => {
    const { clock, cloud, entered } = await stage();
    const bob = await entered('bob');
    const avatar = cloud.network.join('room', 'avatar');
    avatar.send(Uint8Array.of(9));
    await clock.advance(100);
    expect(bob.of('custom-message')).toMatchObject([{ userId: 'avatar', cmdId: 1 }]);
    expect(heard(bob)).toEqual([9]);
  });

  test('what the server itself says twice is heard twice, each time in a buffer of its own', async () => {
    const { clock, cloud, entered } = await stage({ conditions: { duplication: 1 } });
    const bob = await entered('bob');
    cloud.network.join('room', 'avatar').send(Uint8Array.of(9));
    await clock.advance(100);
    const [first, second] = bob.of('custom-message');
    expect(heard(bob)).toEqual([9, 9]);
    expect(second?.data).not.toBe(first?.data);
  });

  test('messages after exitRoom are refused with 5101', async () => {
    const { clock, entered } = await stage();
    const ann = await entered('ann');
    await clock.run(ann.client.exitRoom());
    expect(await rejection(ann.client.sendCustomMessage({ cmdId: 1, data: bytes(1) }))).toMatchObject({
      extraCode: 5101,
    });
  });
});
