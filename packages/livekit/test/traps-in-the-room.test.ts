import { ConnectionQuality, DataPacket_Kind, DisconnectReason, Encryption_Type } from 'livekit-client';
import { describe, expect, test } from 'vitest';
import { CREDENTIALS, TOKEN } from './double/double-harness';
import { joined, subject } from './double/joined';

const packet = (length = 3) => new Uint8Array(length);

describe('traps of the SDK, over a double of the Room', () => {
  describe('who is there', () => {
    test('those who were there before us come without an event of the SDK', async () => {
      const { told } = await joined({}, (network) => {
        network.arrive('avatar');
        network.activate('avatar');
      });

      expect(told).toEqual(['participant-joined:avatar']);
    });

    test('a participant that is still joining receives nothing, and is announced once it is active', async () => {
      const { network, told } = await joined({}, (before) => before.arrive('avatar', false));
      expect(told).toEqual([]);
      network.activate('avatar');

      expect(told).toEqual(['participant-joined:avatar']);
    });

    test('isActive, which turns true only after the event that says so, is not asked in it', async () => {
      const { network, told } = await joined();
      const seen: boolean[] = [];
      network.room.on('participantActive', ({ isActive }: { isActive: boolean }) => seen.push(isActive));
      network.arrive('avatar');

      expect(seen).toEqual([false]);
      expect(told).toEqual(['participant-joined:avatar']);
    });

    test('leaving counts after three seconds in which the room stayed connected', async () => {
      const { network, told, clock } = await joined({}, (before) => before.arrive('avatar'));
      network.publish('video');
      told.length = 0;
      network.depart('avatar');
      await clock.advance(2_999);
      expect(told).toEqual([]);
      await clock.advance(1);

      expect(told).toEqual([expect.stringMatching(/^track-removed:/), 'participant-left:avatar']);
      expect(clock.pending).toBe(0);
    });

    test('a full reconnect makes everybody seem to leave before it shows, and nobody has left', async () => {
      const { network, told, clock } = await joined({}, (before) => before.arrive('avatar'));
      network.publish('video');
      told.length = 0;
      network.reconnectFully();
      await clock.advance(60_000);

      expect(told).toEqual([
        'reconnecting:',
        'reconnected:lossy',
        expect.stringMatching(/^track-removed:/),
        expect.stringMatching(/^track-added:/),
      ]);
    });

    test('who is not back after a full reconnect has left, three seconds after it', async () => {
      const { network, told, clock } = await joined({}, (before) => before.arrive('avatar'));
      told.length = 0;
      network.reconnectFully(() => network.participants.clear());
      await clock.advance(2_999);
      expect(told).toEqual(['reconnecting:', 'reconnected:lossy']);
      await clock.advance(1);

      expect(told.at(-1)).toBe('participant-left:avatar');
    });

    test('the grace does not run while the link is down', async () => {
      const { network, told, clock } = await joined({}, (before) => before.arrive('avatar'));
      told.length = 0;
      network.depart('avatar');
      await clock.advance(2_000);
      network.cut();
      await clock.advance(30_000);
      network.resume();
      await clock.advance(2_999);
      expect(told).toEqual(['reconnecting:', 'reconnected:whole']);
      await clock.advance(1);

      expect(told.at(-1)).toBe('participant-left:avatar');
    });

    test('the same identity in another stay, within the grace, has left and joined: it has forgotten what it was told', async () => {
      const { network, told, clock } = await joined({}, (before) => before.arrive('avatar'));
      told.length = 0;
      network.depart('avatar');
      network.arrive('avatar');
      await clock.advance(10_000);

      expect(told).toEqual(['participant-left:avatar', 'participant-joined:avatar']);
      expect(clock.pending).toBe(0);
    });

    test('another stay that the SDK shows without an end of the first has left and joined, too', async () => {
      const { network, told } = await joined({}, (before) => before.arrive('avatar'));
      told.length = 0;
      network.arrive('avatar');

      expect(told).toEqual(['participant-left:avatar', 'participant-joined:avatar']);
    });

    test('the bytes of a packet, which the SDK shows in a window of the whole message, are an array of their own', async () => {
      const { transport, room } = await joined();
      const packets: Uint8Array[] = [];
      transport.on('packet', ({ data }) => packets.push(data));
      const payload = Uint8Array.of(0, 0, 7, 8, 0).subarray(2, 4);
      room.emit(
        'dataReceived',
        payload,
        undefined,
        DataPacket_Kind.RELIABLE,
        undefined,
        Encryption_Type.NONE,
      );

      expect(packets).toEqual([Uint8Array.of(7, 8)]);
      expect(packets[0]?.buffer.byteLength).toBe(2);
    });

    test('a packet names its sender also when the SDK does not know the participant yet, from 2.23.0 on', async () => {
      const { room, told } = await joined();
      const event = [packet(), undefined, DataPacket_Kind.RELIABLE, undefined, Encryption_Type.NONE] as const;
      room.emit('dataReceived', ...event, 'avatar');
      room.emit('dataReceived', ...event);

      expect(told).toEqual(['packet:avatar', 'packet:']);
    });

    test('packets of other topics are dropped only where one to receive is named', async () => {
      const { network, told, connect } = subject();
      await connect({ receiveTopic: 'from-avatar' });
      network.deliver(packet(), 'one', undefined, 'other');
      network.deliver(packet(), 'two');
      network.deliver(packet(), 'three', undefined, 'from-avatar');

      expect(told).toEqual(['packet:three']);
    });

    test('the quality of others is not ours', async () => {
      const { room, told } = await joined();
      room.emit('connectionQualityChanged', ConnectionQuality.Poor, { identity: 'avatar' });
      room.emit('connectionQualityChanged', ConnectionQuality.Good, {
        identity: room.localParticipant.identity,
      });

      expect(told).toEqual(['quality:good good']);
    });

    test('a new track of the same source replaces the old one, also when the server announces it first', async () => {
      const { network, told, clock } = await joined({}, (before) => before.arrive('avatar'));
      const old = network.publish('video');
      told.length = 0;
      const next = network.publish('video');
      network.room.emit('trackUnsubscribed', old, undefined, network.arrive('avatar'));
      await clock.advance(10_000);

      expect(told.filter((what) => what.startsWith('track'))).toEqual([
        `track-removed:${old.mediaStreamTrack.id}`,
        `track-added:${next.mediaStreamTrack.id}`,
      ]);
    });
  });

  describe('the end', () => {
    test('a disconnect by the client that nobody asked for is a frozen page', async () => {
      const { network, told } = await joined();
      network.end(DisconnectReason.CLIENT_INITIATED);

      expect(told).toEqual(['closed:page-frozen']);
    });

    test('the same reason after close is requested', async () => {
      const { transport, told, room } = await joined();
      await transport.close();

      expect(told).toEqual(['closed:requested']);
      expect(room.disconnects).toEqual([false]);
    });

    test('tracks of the application go on: every disconnect of ours says so', async () => {
      const { room, transport } = await joined();
      await transport.close();
      const hanging = subject();
      hanging.network.join = 'hangs';
      const connecting = hanging.connect();
      connecting.catch(() => {});
      await hanging.clock.advance(15_000);

      expect([...room.disconnects, ...hanging.room.disconnects]).toEqual([false, false]);
    });

    test('a resume is whole, a full reconnect lossy, and a resume that fails into one is told once, as lossy', async () => {
      const { network, told } = await joined();
      network.cut();
      network.resume();
      network.reconnectFully();
      network.cut();
      network.reconnectFully();

      expect(told).toEqual([
        ...['reconnecting:', 'reconnected:whole'],
        ...['reconnecting:', 'reconnected:lossy'],
        ...['reconnecting:', 'reconnected:lossy'],
      ]);
    });

    test('a full reconnect that finds the old session again is whole', async () => {
      const { network, room, told } = await joined();
      room.emit('reconnecting');
      network.cut();
      network.resume();

      expect(told).toEqual(['reconnecting:', 'reconnected:whole']);
    });

    test('leaving that fails is logged and closes all the same', async () => {
      const { network, transport } = subject();
      const lines: unknown[] = [];
      const warn = (...line: unknown[]) => lines.push(line);
      const logger = { error: warn, warn, info: warn, debug: warn };
      await transport.connect(CREDENTIALS, { signal: new AbortController().signal, logger });
      network.room.disconnect = () => Promise.reject(new Error(`no way out with ${TOKEN}`));
      await transport.close();

      expect(lines).toEqual([
        [
          'livekit: leaving the room failed',
          { error: expect.objectContaining({ message: 'no way out with [redacted]' }) },
        ],
      ]);
    });

    test('no timer waits after any end', async () => {
      const { network, transport, clock } = await joined({}, (before) => before.arrive('avatar'));
      network.publish('audio');
      network.depart('avatar');
      expect(clock.pending).toBe(2);
      await transport.close();

      expect(clock.pending).toBe(0);
    });
  });
});
