/** A whole world for one test: a service, a network, an avatar, and a clock that the test moves. */

import type { AvatarSessionOptions, Clock, Provider, RatePolicy } from '@avatarwire/core';
import { createSimulatedAvatar, type SimulatedAvatar, type SimulatedAvatarOptions } from './avatar';
import { createMemoryNetwork, type MemoryNetwork, type MemoryNetworkOptions } from './memory-network';
import type { MemoryParticipant } from './memory-room';
import { memory } from './memory-transport';
import { defaultTracks } from './placeholder-track';
import { randomName, seededRandom } from './random';
import { servedAs } from './served-as';
import { createSimulatedService, type SimulatedService } from './simulated-service';
import { createVirtualClock, type VirtualClock } from './virtual-clock';

export interface SimulateOptions
  extends Omit<SimulatedAvatarOptions, 'port' | 'clock' | 'random'>,
    Omit<MemoryNetworkOptions, 'clock' | 'random'> {
  /** Whose limits the network enforces and the session keeps to. @default 'memory', which has no rate */
  readonly policy?: Provider | RatePolicy;
  /** The same seed, the same run. @default 1 */
  readonly seed?: number;
  /**
   * Another clock: a virtual one that several simulations share, or `systemClock` for a page in which time passes by
   * itself. @default a virtual clock
   */
  readonly clock?: Clock;
  /** How long a service session lives, in milliseconds. @default 300000 */
  readonly durationMs?: number;
  /** From the opening of a service session until the avatar joins, in milliseconds. @default 400 */
  readonly avatarDelayMs?: number;
  /** What the avatar shows and sounds. @default placeholders, or an empty picture in a browser */
  readonly tracks?: readonly MediaStreamTrack[];
}

/** The network as a test wants to disturb it. */
export interface SimulatedNetwork
  extends Pick<MemoryNetwork, 'shape' | 'conditions' | 'violations' | 'handedOver' | 'faults' | 'present'> {
  /** The link is down. The client gives up after 30 s. */
  cut(): void;
  /** The link is back, nothing lost. */
  resume(): void;
  /** The link is back, with the packets lost that were under way, and those sent since the cut. */
  lossyReconnect(): void;
  /** The network is gone for good. */
  lose(): void;
  /** The room is ended by the service. */
  endRoom(): void;
  /** We are thrown out. */
  remove(): void;
  /** Our identity joins from another place. */
  joinElsewhere(): void;
  /** Our credentials are no longer good. */
  expire(): void;
  /** The uplink stops; the function returned lets it flow again. */
  clog(): () => void;
}

export interface Simulation {
  /** For `createAvatarSession`. Spread it to add options of your own. */
  readonly options: AvatarSessionOptions;
  readonly clock: Clock;
  /** Lets time pass until `promise` settles. */
  run<T>(promise: Promise<T>): Promise<T>;
  /** Lets this much time pass. */
  advance(ms: number): Promise<void>;
  readonly network: SimulatedNetwork;
  readonly avatar: SimulatedAvatar;
  readonly service: SimulatedService;
  /** Stops everything that is scheduled. Close the session first. */
  close(): void;
}

const DURATION_MS = 300_000;
const AVATAR_DELAY_MS = 400;
const CALL_MS = 30;
const AVATAR_ID = 'avatar';

export function simulate(options: SimulateOptions = {}): Simulation {
  const clock = options.clock ?? createVirtualClock();
  const random = seededRandom(options.seed ?? 1);
  const network = createMemoryNetwork({ ...options, clock, random });
  const tracks = options.tracks ?? defaultTracks();

  let room: string | undefined;
  let participant: MemoryParticipant | undefined;
  let cancelArrival = () => {};
  const listeners = new Set<(packet: { readonly data: Uint8Array; readonly from: string }) => void>();

  const avatar = createSimulatedAvatar({
    ...options,
    clock,
    random,
    port: {
      send: (packet) => participant?.send(packet),
      onPacket(listener) {
        listeners.add(listener);
        return () => {
          listeners.delete(listener);
        };
      },
      leave() {
        participant?.leave();
        participant = undefined;
      },
      return() {
        if (room === undefined) return;
        participant = network.join(room, AVATAR_ID);
        participant.onPacket((packet) => {
          for (const listener of [...listeners]) listener(packet);
        });
        for (const track of tracks) participant.publish(track);
      },
    },
  });
  // Nobody is there before a service session is opened.
  void avatar.leave();

  const served = servedAs(avatar.dialect);
  const { service, source, stop } = createSimulatedService({
    clock,
    random,
    durationMs: options.durationMs ?? DURATION_MS,
    callMs: CALL_MS,
    avatarId: avatar.behaviour.namedInDetails ? AVATAR_ID : undefined,
    name: served.name,
    ...(served.takesCalls && { onCall: avatar.call }),
    onOpened(opened) {
      cancelArrival();
      // One avatar: a new session takes it from the old one.
      void avatar.leave();
      room = opened;
      cancelArrival = clock.schedule(() => void avatar.return(), options.avatarDelayMs ?? AVATAR_DELAY_MS);
    },
    onEnded(ended, why) {
      if (ended === room) {
        cancelArrival();
        void avatar.leave();
        room = undefined;
      }
      network.end(why === 'expired' ? 'credentials-expired' : 'room-ended', ended);
    },
  });

  return {
    options: {
      transports: { memory: () => memory(network) },
      source,
      policy: network.policy,
      clock,
      randomId: () => randomName(random, 12),
    },
    clock,
    run: (promise) => (isVirtual(clock) ? clock.run(promise) : promise),
    advance: (ms) =>
      isVirtual(clock)
        ? clock.advance(ms)
        : new Promise((resolve) => {
            clock.schedule(resolve, ms);
          }),
    network: {
      shape: network.shape,
      faults: network.faults,
      present: network.present,
      handedOver: network.handedOver,
      get conditions() {
        return network.conditions;
      },
      get violations() {
        return network.violations;
      },
      cut: () => network.cut(),
      resume: () => network.resume(),
      lossyReconnect: () => network.reconnectLossily(),
      lose: () => network.end('network-lost'),
      endRoom: () => network.end('room-ended'),
      remove: () => network.end('removed'),
      joinElsewhere: () => network.end('joined-elsewhere'),
      expire: () => network.end('credentials-expired'),
      clog() {
        const { uplinkBytesPerSecond } = network.conditions;
        network.shape({ uplinkBytesPerSecond: 0 });
        return () => network.shape({ uplinkBytesPerSecond });
      },
    },
    avatar,
    service,
    close() {
      cancelArrival();
      stop();
      avatar.close();
    },
  };
}

function isVirtual(clock: Clock): clock is VirtualClock {
  return 'run' in clock && 'advance' in clock;
}
