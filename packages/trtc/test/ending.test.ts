import { isAvatarError } from '@avatarwire/core';
import { PlaceholderTrack } from '@avatarwire/simulator';
import { describe, expect, test, vi } from 'vitest';
import { trtc } from '../src/index';
import { AVATAR, rtcError } from './double/double-room';
import { joined, packet, subject, watched } from './double/joined';

describe('the end, over a double of trtc-sdk-v5 5.17.1', () => {
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

  test('a refused join tells the vendor’s words, in message and cause without the signature', async () => {
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

describe('a handler that throws, over a double of trtc-sdk-v5 5.17.1', () => {
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
