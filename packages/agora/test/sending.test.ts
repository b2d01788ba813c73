import { agoraError } from '@avatarwire/simulator/agora';
import { describe, expect, test, vi } from 'vitest';
import { AVATAR, CHANNEL } from './double/double-room';
import { joined } from './double/subject';

const bytes = (...values: number[]) => Uint8Array.from(values);

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
