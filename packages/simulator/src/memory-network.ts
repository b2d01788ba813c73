/**
 * A network in memory: rooms, participants, and links that are slow, lossy, cut or full when told so. It runs on the
 * clock and the random numbers that it is given, and enforces the limits of whichever provider it plays.
 */

import {
  AvatarError,
  type Clock,
  checkRatePolicy,
  type Provider,
  type RatePolicy,
  ratePolicies,
  systemClock,
} from '@avatarwire/core';
import {
  type ConnectedClient,
  createMemoryClient,
  type EndReason,
  type MemoryClient,
  type MemoryFaults,
} from './memory-client';
import { createLimitWatch, type LimitViolation, type LimitWatch } from './memory-limits';
import { checkConditions, defaultConditions, type NetworkConditions } from './memory-link';
import { createRoomState, type MemoryParticipant, type PublishedTrack, type RoomState } from './memory-room';
import { type Random, randomName } from './random';

export interface MemoryNetworkOptions {
  /** @default the machine's */
  readonly clock?: Clock;
  /** @default Math.random */
  readonly random?: Random;
  /** The limits to enforce: a provider's, or your own. @default 'memory', which has no rate */
  readonly policy?: Provider | RatePolicy;
  /** What is over the rate is counted and lost; otherwise only counted. @default true */
  readonly enforceLimits?: boolean;
  /** A send settles after a round trip, as Agora's does. @default with the policy `agora` */
  readonly roundTripSends?: boolean;
  readonly conditions?: Partial<NetworkConditions>;
  /** How long a link may be cut until the client gives up, in milliseconds. @default 30000 */
  readonly giveUpMs?: number;
  /** The clock by which the server counts, which may step while ours does not. @default `clock` */
  readonly serverClock?: Clock;
  /** Called when what `id` sent has arrived and was over the limits. */
  readonly onOverLimit?: (id: string) => void;
}

/** What happens to a link happens to the client `id` in `room`; without it to every client there; without both to all. */
export interface MemoryNetwork {
  readonly clock: Clock;
  readonly policy: RatePolicy;
  readonly conditions: NetworkConditions;
  /** Changes conditions from now on. */
  shape(conditions: Partial<NetworkConditions>): void;
  /** What calls of the client do before anything else: see {@link MemoryFaults}. */
  readonly faults: MemoryFaults;
  /**
   * A client that has not joined. Where its id is in the room already, the other one is ended with `joined-elsewhere`.
   *
   * @param id by default one of its own
   */
  client(id?: string): MemoryClient;
  /** Joins as a participant that stands at the server, without a link: the avatar. */
  join(room: string, id: string): MemoryParticipant;
  /** Ids of everyone in the room. */
  present(room: string): readonly string[];
  /** What is published there, by everyone. */
  tracks(room: string): readonly PublishedTrack[];
  /** The link is down; what is under way waits. The client gives up after `giveUpMs`. */
  cut(room?: string, id?: string): void;
  /** The link is back and nothing was lost. */
  resume(room?: string, id?: string): void;
  /** The link is back, and the packets that were under way are lost. */
  reconnectLossily(room?: string, id?: string): void;
  /** Ends connections: from the server, or because the network is lost. */
  end(reason: EndReason, room?: string, id?: string): void;
  /** Everything that clients handed over, in order. */
  readonly handedOver: readonly Uint8Array<ArrayBuffer>[];
  /** What went over the limits, counted at arrival. */
  readonly violations: readonly LimitViolation[];
  /** How much stands in the send buffers of all clients. */
  readonly bufferedBytes: number;
}

const GIVE_UP_MS = 30_000;

export function createMemoryNetwork(options: MemoryNetworkOptions = {}): MemoryNetwork {
  const { clock = systemClock, random = Math.random } = options;
  const policy = policyOf(options.policy ?? 'memory');
  const rooms = new Map<string, RoomState>();
  const connected = new Map<ConnectedClient, string>();
  /** Of every client that ever was; what else was counted of it goes with it. */
  const violations: (readonly LimitViolation[])[] = [];
  const handedOver: Uint8Array<ArrayBuffer>[] = [];
  const faults: MemoryFaults = {};
  let conditions = checkConditions({ ...defaultConditions, ...options.conditions });

  function room(name: string): RoomState {
    const known = rooms.get(name) ?? createRoomState();
    rooms.set(name, known);
    return known;
  }

  function clients(of: string | undefined, id?: string): ConnectedClient[] {
    return [...connected]
      .filter(([client, name]) => (of ?? name) === name && (id ?? client.id) === client.id)
      .map(([client]) => client);
  }

  return {
    clock,
    policy,
    faults,
    handedOver,
    get conditions() {
      return conditions;
    },
    shape(changes) {
      conditions = checkConditions({ ...conditions, ...changes });
      for (const client of connected.keys()) client.repace();
    },
    client(id = `client-${randomName(random)}`) {
      const watch = createLimitWatch(policy, options.serverClock ?? clock);
      const limits: LimitWatch = {
        ...watch,
        arrive(bytes) {
          const within = watch.arrive(bytes);
          if (!within) options.onOverLimit?.(id);
          return within;
        },
      };
      violations.push(watch.violations);
      return createMemoryClient({
        id,
        clock,
        random,
        policy,
        faults,
        limits,
        room,
        evict(name) {
          for (const other of clients(name)) if (other.id === id) other.end('joined-elsewhere');
        },
        conditions: () => conditions,
        roundTripSends: options.roundTripSends ?? options.policy === 'agora',
        giveUpMs: options.giveUpMs ?? GIVE_UP_MS,
        enforceLimits: options.enforceLimits ?? true,
        onSend: (data) => handedOver.push(data),
        onJoined(client, name) {
          connected.set(client, name);
          return () => {
            connected.delete(client);
          };
        },
      });
    },
    join: (name, id) => room(name).join(id),
    present: (name) => [...room(name).members.keys()],
    tracks: (name) => room(name).tracks,
    cut(name, id) {
      for (const client of clients(name, id)) client.cut();
    },
    resume(name, id) {
      for (const client of clients(name, id)) client.restore(false);
    },
    reconnectLossily(name, id) {
      for (const client of clients(name, id)) client.restore(true);
    },
    end(reason, name, id) {
      for (const client of clients(name, id)) client.end(reason);
    },
    get violations() {
      return violations.flat().sort((one, other) => one.at - other.at);
    },
    get bufferedBytes() {
      return clients(undefined).reduce((total, client) => total + client.bufferedBytes, 0);
    },
  };
}

/** @throws AvatarError `invalid-argument` for a provider that has no row and for a policy that makes no sense */
export function policyOf(policy: Provider | RatePolicy): RatePolicy {
  if (typeof policy !== 'string') return checkRatePolicy(policy);
  // An adapter from outside adds a provider by declaration merging, and no row.
  const known: Readonly<Partial<Record<string, RatePolicy>>> = ratePolicies;
  const row = known[policy];
  if (row === undefined) {
    throw new AvatarError(
      'invalid-argument',
      `policy must be one of ${Object.keys(ratePolicies).join(', ')}, or a RatePolicy.`,
    );
  }
  return row;
}
