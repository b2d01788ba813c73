import { DataPacket_Kind, PublishDataError } from 'livekit-client';
import { describe, expect, test } from 'vitest';
import { LOW_MARK_BYTES } from '../src/livekit-sdk';
import { joined, subject } from './double/joined';
import { settle } from './manual-clock';
import { watched } from './watched';

const packet = (length = 3) => new Uint8Array(length);

describe('traps of the SDK, over a double of the Room', () => {
  describe('sending', () => {
    test('nothing is published before the room is joined: the SDK would refuse everything after it, too', async () => {
      const { network, transport, connect } = subject();
      network.arrive('avatar');
      const early = transport.send(packet());
      const connecting = connect();
      await expect(early).rejects.toMatchObject({ code: 'not-connected' });
      await connecting;

      await transport.send(packet());
      expect(network.room.published).toHaveLength(1);
    });

    test('text, of which the SDK takes the string and sends nothing, is refused', async () => {
      const { transport, room } = await joined();

      await expect(transport.send('hello' as never)).rejects.toMatchObject({ code: 'invalid-argument' });
      expect(room.published).toEqual([]);
    });

    test('15,001 bytes, which the SDK would let pass up to 64,000, are refused', async () => {
      const { transport, room } = await joined();
      await transport.send(packet(15_000));

      await expect(transport.send(packet(15_001))).rejects.toMatchObject({ code: 'packet-too-large' });
      expect(room.published).toHaveLength(1);
    });

    test('what the SDK refuses as too large, too, is packet-too-large', async () => {
      const { network, transport } = await joined();
      const thrown = new PublishDataError('cannot publish data packet larger than 1200 bytes');
      network.nextSend = { fails: thrown };

      await expect(transport.send(packet())).rejects.toMatchObject({
        code: 'packet-too-large',
        cause: thrown,
      });
    });

    test('goes reliable, to the avatar and with the topic named, and with nothing that is not', async () => {
      const named = subject();
      await named.connect({ sendTopic: 'to-avatar' }, 'avatar');
      await named.transport.send(packet());
      const unnamed = subject();
      await unnamed.connect({ sendTopic: undefined });
      await unnamed.transport.send(packet());

      expect(named.room.published[0]?.options).toEqual({
        reliable: true,
        topic: 'to-avatar',
        destinationIdentities: ['avatar'],
      });
      expect(unnamed.room.published[0]?.options).toEqual({ reliable: true });
    });

    test('while reconnecting nothing is published: the SDK would resolve and may lose it', async () => {
      const { network, transport, room } = await joined();
      network.cut();
      await expect(transport.send(packet())).rejects.toMatchObject({ code: 'not-connected' });
      network.resume();
      await transport.send(packet());

      expect(room.published).toHaveLength(1);
    });

    test('a closed data channel, on which publishData resolves and sends nothing, rejects', async () => {
      const { network, transport, room } = await joined({}, (before) => before.arrive('avatar'));
      if (room.channel !== undefined) room.channel.readyState = 'closed';

      await expect(transport.send(packet())).rejects.toMatchObject({ code: 'network', retryable: true });
      expect([room.state, network.received]).toEqual(['connected', []]);
    });

    test('resolves at our low mark, where publishData alone resolves up to a megabyte', async () => {
      const { transport, room, clock } = await joined();
      if (room.channel !== undefined) room.channel.stopped = true;
      const first = watched(transport.send(packet(LOW_MARK_BYTES - 6_000)));
      await settle();
      expect(first.settled).toBe(true);
      const second = watched(transport.send(packet(6_001)));
      await settle();
      expect(second.settled).toBe(false);
      room.channel?.release(1);
      await settle();

      expect(second.settled).toBe(true);
      await transport.close();
      expect(clock.pending).toBe(0);
    });

    test("resolves at the SDK's own mark of 64 KiB where the channel cannot be reached", async () => {
      const { transport, room } = await joined();
      const { channel } = room;
      room.engine = undefined;
      if (channel !== undefined) channel.stopped = true;
      const settled: boolean[] = [];
      const next = async () => {
        const sent = watched(transport.send(packet(15_000)));
        await settle();
        settled.push(sent.settled);
        return sent;
      };
      for (let sends = 0; sends < 4; sends += 1) await next();
      const fifth = await next();
      expect(settled).toEqual([true, true, true, true, false]);
      channel?.release(1);
      await settle();

      expect(fifth.settled).toBe(true);
    });

    test('a send that waits for the channel to drain was taken: a reconnect lets it go', async () => {
      const { network, transport, room, told, clock } = await joined();
      if (room.channel !== undefined) room.channel.stopped = true;
      const sends = [transport.send(packet(15_000)), transport.send(packet(15_000))];
      await settle();
      network.cut();

      await expect(Promise.all(sends)).resolves.toBeDefined();
      expect(told).toEqual(['reconnecting:']);
      await transport.close();
      expect(clock.pending).toBe(0);
    });

    test('a buffer that was full when the link went down still counts as full after it came back', async () => {
      const { network, transport, room } = await joined();
      if (room.channel !== undefined) room.channel.stopped = true;
      void transport.send(packet(15_000));
      void transport.send(packet(15_000));
      await settle();
      network.cut();
      network.resume();
      const next = watched(transport.send(packet()));
      await settle();
      expect(next.settled).toBe(false);
      room.channel?.release();
      await settle();

      expect(next.settled).toBe(true);
    });

    test('the level of the lossy channel is nobody’s business', async () => {
      const { transport, room } = await joined();
      room.emit('dcBufferStatusChanged', false, DataPacket_Kind.LOSSY);

      await expect(transport.send(packet())).resolves.toBeUndefined();
    });

    test('an answer of the SDK that never comes is send-unsettled, and one that never comes before the end is not unsent', async () => {
      const { network, transport, clock } = await joined();
      network.nextSend = { waits: new Promise(() => {}) };
      const unsettled = transport.send(packet());
      unsettled.catch(() => {});
      await clock.advance(10_000);
      await expect(unsettled).rejects.toMatchObject({ code: 'send-unsettled' });

      network.nextSend = { waits: new Promise(() => {}) };
      const ended = transport.send(packet());
      ended.catch(() => {});
      network.end(undefined);
      await expect(ended).rejects.toMatchObject({ code: 'network' });
      await settle();
      expect(clock.pending).toBe(0);
    });
  });
});
