/** The contract's suite over a live channel: what its far end cannot do there is left out, and reported by name. */

import type { TransportHarness } from '@avatarwire/conformance';
import { type Provider, ratePolicies } from '@avatarwire/core';
import type { LiveProvider } from '../live-provider';
import type { FarSide, Seat } from './far-side';
import { freshRoom, type LiveRoom } from './live-room';
import { media } from './media-proof';
import type { PageCloud } from './page-cloud';
import { settle } from './question';

interface TestRoom<P extends Provider> extends LiveRoom<P> {
  readonly received: Uint8Array[];
  readonly seats: Map<string, Seat>;
  /** Whom the visitor's transports were told of. */
  readonly met: Set<string>;
  refused: boolean;
}

/** Clouds take their time: a departure alone may take 20 s to be noticed. */
const PATIENCE_MS = 25_000;
const QUIET_MS = 300;

/** @param onPacket tells of every packet that reaches somebody at the far side */
export function liveHarness<P extends Provider>(
  provider: LiveProvider<P>,
  cloud: PageCloud<P>,
  far: FarSide,
  onPacket: (listener: (seat: Seat, bytes: readonly number[]) => void) => () => void,
): TransportHarness<P, TestRoom<P>> {
  const { packetsPerSecond, bytesPerSecond } = ratePolicies[provider.provider];

  async function join(room: TestRoom<P>, who: string): Promise<Seat> {
    const seat = { room: room.name, who };
    if (room.seats.has(who)) return seat;
    room.seats.set(who, seat);
    await far.join(seat);
    return seat;
  }

  const avatarOf = (room: TestRoom<P>): Seat => ({ room: room.name, who: room.avatar });
  const stopHearing = new Map<string, () => void>();

  return {
    provider: provider.provider,
    real: provider.real,
    patienceMs: PATIENCE_MS,
    quietMs: QUIET_MS,
    burst: {
      packets: Math.min(60, packetsPerSecond - 2),
      bytes: Math.min(200_000, bytesPerSecond - 300),
    },
    async open() {
      const fresh = await freshRoom(cloud);
      const room: TestRoom<P> = { ...fresh, received: [], seats: new Map(), met: new Set(), refused: false };
      stopHearing.set(
        room.name,
        onPacket((seat, bytes) => {
          if (seat.room === room.name && seat.who === room.avatar) room.received.push(Uint8Array.from(bytes));
        }),
      );
      return room;
    },
    async close(room) {
      stopHearing.get(room.name)?.();
      stopHearing.delete(room.name);
      for (const seat of room.seats.values()) await far.leave(seat);
    },
    create(room) {
      const transport = cloud.transport();
      transport.on('participant-joined', ({ id }) => room.met.add(id));
      return transport;
    },
    credentials: ({ credentials, refused }) =>
      refused ? spoiled(credentials, provider.secretField) : credentials,
    secrets: ({ credentials }) => [String(credentials[provider.secretField])],
    proveMedia: media,
    far: {
      async present(room) {
        return far.sees(await join(room, room.onlooker), room.visitor);
      },
      async joinAsAvatar(room) {
        await join(room, room.avatar);
        return room.avatar;
      },
      async leave(room) {
        room.seats.delete(room.avatar);
        await far.leave(avatarOf(room));
      },
      deliver: (room, data) => far.send(avatarOf(room), [...data]),
      async deliverAs(room, id, data) {
        const seat = await join(room, id);
        // A cloud may take seconds to announce somebody, and a packet does not wait for that.
        await settle(() => room.met.has(id), PATIENCE_MS);
        await far.send(seat, [...data]);
      },
      received: ({ received }) => received,
      addTrack: (room, kind) => far.publish(avatarOf(room), kind),
      removeTrack: (room, kind) => far.unpublish(avatarOf(room), kind),
      replaceTrack: (room, kind) => far.replace(avatarOf(room), kind),
      refuseJoin(room) {
        room.refused = true;
      },
      ...(provider.twiceInARoom === 'first-ends' && {
        async joinElsewhere(room: TestRoom<P>) {
          await join(room, room.visitor);
        },
      }),
    },
  };
}

/** Well-formed, and signed by nobody. */
function spoiled<C extends object>(credentials: C, field: keyof C): C {
  const signed = String(credentials[field]);
  return { ...credentials, [field]: `${signed.slice(0, -8)}AAAAAAAA` };
}
