import { isAvatarError } from '@avatarwire/core';
import { describe, expect, test, vi } from 'vitest';
import { trtc } from '../src/index';
import { AVATAR, rtcError } from './double/double-room';
import { HOUR_MS, joined, packet, subject, watched } from './double/joined';

describe('sending, over a double of trtc-sdk-v5 5.17.1', () => {
  test('the three ways in which send answers: undefined, a rejected promise, a throw', async () => {
    const { room, transport } = await joined();
    await expect(transport.send(packet())).resolves.toBeUndefined();

    room.client.sendCustomMessage = () => Promise.reject(rtcError(5100, 5101));
    await expect(transport.send(packet())).rejects.toMatchObject({
      code: 'not-connected',
      serviceCode: 5101,
    });

    room.client.sendCustomMessage = () => {
      throw rtcError(4097, 0, 'sendCustomMessage was called more than 30 times in a second');
    };
    const thrown = transport.send(packet());
    await expect(thrown).rejects.toMatchObject({
      code: 'service-busy',
      serviceCode: 4097,
      retryAfterMs: 1_050,
      retryable: true,
      provider: 'trtc',
    });
  });

  test('its data is a fresh ArrayBuffer of exactly the bytes, with the cmdId of the credentials', async () => {
    const sent: { readonly cmdId: number; readonly data: ArrayBuffer }[] = [];
    const ids = [undefined, 1, 10];
    for (const cmdId of ids) {
      const { room, clock, transport, connect } = subject();
      await clock.run(connect(cmdId === undefined ? {} : { cmdId }));
      room.client.sendCustomMessage = (message) => {
        sent.push(message);
        return undefined;
      };
      const view = Uint8Array.of(0, 7, 8, 0).subarray(1, 3);
      await transport.send(view);
      expect(sent.at(-1)?.data).not.toBe(view.buffer);
    }

    expect(sent.map(({ cmdId }) => cmdId)).toEqual([1, 1, 10]);
    expect(sent.map(({ data }) => [data instanceof ArrayBuffer, new Uint8Array(data).join()])).toEqual(
      ids.map(() => [true, '7,8']),
    );
  });

  test('1,000 bytes pass; 1,001, text and nothing do not reach the SDK', async () => {
    const { room, transport } = await joined();
    await transport.send(packet(1_000));

    await expect(transport.send(packet(1_001))).rejects.toMatchObject({ code: 'packet-too-large' });
    await expect(transport.send('hello' as never)).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(transport.send(packet(0))).rejects.toMatchObject({ code: 'invalid-argument' });
    expect(room.called.sent.map(({ length }) => length)).toEqual([1_000]);
  });

  test('its own limiter refuses the 31st message of a second, and takes it 1,050 ms later', async () => {
    const { clock, transport } = await joined();
    for (let count = 0; count < 30; count += 1) await transport.send(packet(1));
    const busy = await transport.send(packet(1)).catch((error: unknown) => error);
    expect(busy).toMatchObject({ code: 'service-busy', serviceCode: 4097 });
    if (!isAvatarError(busy)) return;
    await clock.advance(busy.retryAfterMs ?? 0);

    await expect(transport.send(packet(1))).resolves.toBeUndefined();
  });

  test('its own limiter refuses the 8,001st byte of a second', async () => {
    const { transport } = await joined();
    for (let count = 0; count < 8; count += 1) await transport.send(packet(1_000));

    await expect(transport.send(packet(1))).rejects.toMatchObject({ code: 'service-busy' });
  });

  test('a wall clock that steps back by an hour keeps a full window shut: busy every time, and a fresh instance is not', async () => {
    const { room, clock, transport } = await joined();
    for (let count = 0; count < 30; count += 1) await transport.send(packet(1));
    clock.wallStep(-HOUR_MS);
    for (let again = 0; again < 3; again += 1) {
      await expect(transport.send(packet(1))).rejects.toMatchObject({ code: 'service-busy' });
      await clock.advance(1_050);
    }
    await clock.run(transport.close());

    const next = trtc({ clock, sdk: room.sdk });
    const { signal } = new AbortController();
    const logger = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() };
    await clock.run(next.connect(room.credentials('visitor'), { signal, logger }));
    await expect(next.send(packet(1))).resolves.toBeUndefined();
    await clock.run(next.close());
  });

  test('a wall clock that steps forward by an hour opens the window, and none of our deadlines', async () => {
    const { room, clock, transport, told } = await joined();
    for (let count = 0; count < 30; count += 1) await transport.send(packet(1));
    clock.wallStep(HOUR_MS);
    await expect(transport.send(packet(1))).resolves.toBeUndefined();
    room.client.sendCustomMessage = () => new Promise<never>(() => {});
    const open = watched(transport.send(packet(1)));
    clock.wallStep(HOUR_MS);
    await clock.advance(9_000);

    expect(open.settled).toBe(false);
    expect(told.filter((what) => !what.startsWith('quality'))).toEqual([]);
    await clock.run(transport.close());
  });

  test('success says nothing about delivery: what vanishes was taken', async () => {
    const { room, clock, transport } = await joined();
    room.join(AVATAR);
    room.cloud.faults.send = 'vanish';
    await expect(transport.send(packet())).resolves.toBeUndefined();
    await clock.advance(10_000);

    expect(room.received).toEqual([]);
    expect(transport.capabilities.reliable).toBe(false);
  });

  test('while the link is down the SDK would take and lose it, so it is not asked', async () => {
    const { room, clock, transport, told } = await joined();
    room.join(AVATAR);
    room.client.emit('connection-state-changed', { prevState: 'CONNECTED', state: 'DISCONNECTED' });
    await expect(transport.send(packet())).rejects.toMatchObject({ code: 'not-connected' });
    expect(told).not.toContain('reconnecting:');
    room.client.emit('connection-state-changed', {
      prevState: 'DISCONNECTED',
      state: 'CONNECTING',
      isReconnecting: true,
    });
    await expect(transport.send(packet())).rejects.toMatchObject({ code: 'not-connected' });
    expect(room.called.sent).toEqual([]);
    room.client.emit('connection-state-changed', { prevState: 'CONNECTING', state: 'CONNECTED' });
    await transport.send(packet());
    await clock.advance(500);

    expect(room.called.sent).toHaveLength(1);
    expect(told.filter((what) => what.startsWith('reconnect'))).toEqual([
      'reconnecting:',
      'reconnected:lossy',
    ]);
  });

  test('an answer that never comes is send-unsettled after 10 s', async () => {
    const { room, clock, transport } = await joined();
    room.client.sendCustomMessage = () => new Promise<never>(() => {});
    const sent = transport.send(packet());
    sent.catch(() => {});
    await clock.advance(10_000);

    await expect(sent).rejects.toMatchObject({ code: 'send-unsettled' });
  });
});
