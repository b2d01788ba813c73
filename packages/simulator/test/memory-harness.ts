import type { TransportHarness } from '@avatarwire/conformance';
import type { AvatarTransport, Provider } from '@avatarwire/core';
import { type MemoryClient, MemoryNetworkError } from '../src/memory-client';
import { createMemoryNetwork, type MemoryNetwork } from '../src/memory-network';
import type { MemoryParticipant } from '../src/memory-room';
import { LOW_MARK_BYTES } from '../src/memory-uplink';
import { PlaceholderTrack } from '../src/placeholder-track';
import { seededRandom } from '../src/random';
import { createVirtualClock, type VirtualClock } from '../src/virtual-clock';

/** One case's room, on a network of its own: all cases share one clock, as the suite drives one. */
export interface MemoryTestRoom {
  readonly network: MemoryNetwork;
  readonly received: Uint8Array[];
  avatar: MemoryParticipant | undefined;
  readonly others: Map<string, MemoryParticipant>;
  readonly tracks: Map<'audio' | 'video', PlaceholderTrack>;
  /** Calls of the client to publish, mute or unpublish. */
  publishCalls: number;
  /** What the client answers when a track is published, instead of publishing it. */
  publishFails: 'once' | 'for good' | undefined;
}

const ROOM = 'a room with a name';

type Make = (room: MemoryTestRoom) => AvatarTransport<'memory'>;

/** @param create the healthy transport, or one with something broken in it */
export function memoryHarness(
  create: Make,
  policy: Provider = 'memory',
): TransportHarness<'memory', MemoryTestRoom> {
  const clock: VirtualClock = createVirtualClock();
  const random = seededRandom(7);

  const publish = (room: MemoryTestRoom, kind: 'audio' | 'video') => {
    const track = new PlaceholderTrack(kind);
    room.tracks.set(kind, track);
    room.avatar?.publish(track);
  };
  const unpublish = (room: MemoryTestRoom, kind: 'audio' | 'video') => {
    const track = room.tracks.get(kind);
    if (track) room.avatar?.unpublish(track);
  };
  const clientOf = (transport: AvatarTransport<'memory'>) => transport.native as MemoryClient;
  let foreign = 0;

  return {
    provider: 'memory',
    real: policy === 'memory' ? 'the memory network' : `the memory network with the limits of ${policy}`,
    open() {
      const network = createMemoryNetwork({
        clock,
        random,
        policy,
        conditions: { latencyMs: 15, jitterMs: 8 },
      });
      const room: MemoryTestRoom = {
        network: withClients(network, (client) => ({ ...client, ...observed(client, room) })),
        received: [],
        avatar: undefined,
        others: new Map(),
        tracks: new Map(),
        publishCalls: 0,
        publishFails: undefined,
      };
      return room;
    },
    create,
    credentials: () => ({ room: ROOM }),
    time: { advance: (ms) => clock.advance(ms), movesNetwork: true },
    secrets: () => [ROOM],
    // Where there is a rate, the pacer keeps the buffer short.
    ...(policy === 'memory' && { lowMarkBytes: LOW_MARK_BYTES }),
    burst: policy === 'memory' ? { packets: 200, bytes: 400_000 } : { packets: 28, bytes: 6_000 },
    invalidCredentials: [
      { field: 'room', credentials: {} },
      { field: 'room', credentials: { room: '' } },
    ],
    localTrack: (kind) => new PlaceholderTrack(kind),
    listeners: {
      count: (_, transport) => clientOf(transport).listenerCount() - foreign,
      addForeign(_, transport) {
        const client = clientOf(transport);
        const before = client.listenerCount();
        client.on('packet', () => {});
        foreign = client.listenerCount() - before;
        return () => client.listenerCount() >= foreign && foreign === 1;
      },
    },
    close() {
      foreign = 0;
    },
    endings: [
      {
        name: 'the end of the room, the leaving of the avatar and the loss of the network',
        reason: ['room-ended', 'network-lost'],
        events: [
          ({ network }) => network.end('room-ended'),
          ({ avatar }) => avatar?.leave(),
          ({ network }) => network.end('network-lost'),
        ],
      },
      {
        name: 'a cut and a removal',
        reason: 'removed',
        events: [
          ({ network }) => {
            network.cut();
            network.resume();
          },
          ({ network }) => network.end('removed'),
        ],
      },
    ],
    far: {
      present: ({ network }) => network.present(ROOM).some(isClient),
      joinAsAvatar(room) {
        room.avatar = room.network.join(ROOM, 'avatar');
        room.avatar.onPacket(({ data }) => room.received.push(data));
        return 'avatar';
      },
      leave: ({ avatar }) => avatar?.leave(),
      deliver: ({ avatar }, data) => avatar?.send(data),
      deliverAs({ network, others }, id, data) {
        const other = others.get(id) ?? network.join(ROOM, id);
        others.set(id, other);
        other.send(data);
      },
      deliverWhileJoining({ network, avatar }, data) {
        // Sent once the server has let us in, while its answer is on its way down.
        const watch = (): void => {
          if (network.present(ROOM).some(isClient)) avatar?.send(data);
          else clock.schedule(watch, 1);
        };
        watch();
      },
      received: ({ received }) => received,
      handedOver: ({ network }) => network.handedOver,
      addTrack: publish,
      removeTrack: unpublish,
      replaceTrack(room, kind) {
        unpublish(room, kind);
        publish(room, kind);
      },
      published: ({ network }) =>
        network
          .tracks(ROOM)
          .filter(({ from }) => isClient(from))
          .map(({ track, source, muted }) => ({
            kind: track.kind === 'audio' ? 'audio' : 'video',
            source,
            muted,
            track,
          })),
      sentAtMost: ({ network }, wanted) =>
        network.tracks(ROOM).find(({ from, source }) => isClient(from) && source === wanted)
          ?.maxBitsPerSecond,
      publishCalls: (room) => room.publishCalls,
      failNextPublish(room) {
        room.publishFails = 'once';
      },
      forbidPublish(room) {
        room.publishFails = 'for good';
      },
      cut: ({ network }) => network.cut(),
      resume: ({ network }) => network.resume(),
      reconnectFully: ({ network }) => network.reconnectLossily(),
      lose: ({ network }) => network.end('network-lost'),
      endRoom: ({ network }) => network.end('room-ended'),
      remove: ({ network }) => network.end('removed'),
      joinElsewhere: ({ network }) => network.end('joined-elsewhere'),
      hangJoin({ network }) {
        network.faults.join = () => new Promise(() => {});
      },
      holdJoin({ network }) {
        let release = () => {};
        const held = new Promise<void>((resolve) => {
          release = resolve;
        });
        network.faults.join = () => held;
        return release;
      },
      refuseJoin({ network }) {
        network.faults.join = () => Promise.reject(new MemoryNetworkError('REFUSED', 'No such key.'));
      },
      failNextSend({ network }) {
        network.faults.send = () => {
          delete network.faults.send;
          throw new MemoryNetworkError('SEND_FAILED', 'The channel hiccuped.');
        };
      },
      holdNextSend({ network }) {
        let release = () => {};
        const held = new Promise<void>((resolve) => {
          release = resolve;
        });
        network.faults.send = () => {
          delete network.faults.send;
          return held;
        };
        return release;
      },
      hangLeave({ network }) {
        network.faults.leave = () => new Promise(() => {});
      },
      clog({ network }) {
        network.shape({ uplinkBytesPerSecond: 0 });
        return () => network.shape({ uplinkBytesPerSecond: Infinity });
      },
    },
  };
}

const isClient = (id: string) => id.startsWith('client-');

/** `network`, with something done to each client that it makes. */
export function withClients(
  network: MemoryNetwork,
  change: (client: MemoryClient) => MemoryClient,
): MemoryNetwork {
  return Object.create(network, { client: { value: (id?: string) => change(network.client(id)) } });
}

function observed(client: MemoryClient, room: MemoryTestRoom): Partial<MemoryClient> {
  return {
    publish(track, source) {
      room.publishCalls += 1;
      const fails = room.publishFails;
      if (fails === 'for good') throw new MemoryNetworkError('REFUSED', 'You may only listen.');
      room.publishFails = undefined;
      if (fails) throw new MemoryNetworkError('SEND_FAILED', 'The encoder hiccuped.');
      client.publish(track, source);
    },
    unpublish(track) {
      room.publishCalls += 1;
      client.unpublish(track);
    },
    mute(track, muted) {
      room.publishCalls += 1;
      client.mute(track, muted);
    },
    limit(track, maxBitsPerSecond) {
      room.publishCalls += 1;
      client.limit(track, maxBitsPerSecond);
    },
  };
}
