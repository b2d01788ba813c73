/** A live session over an adapter and our double of its SDK, with a network that delays each packet differently. */

import { agora } from '@avatarwire/agora';
import {
  type AvatarSession,
  type AvatarSessionOptions,
  createAvatarSession,
  type RatePolicy,
  ratePolicies,
  type WireRecord,
} from '@avatarwire/core';
import {
  createSimulatedAvatar,
  createVirtualClock,
  type SimulatedAvatar,
  seededRandom,
  type VirtualClock,
} from '@avatarwire/simulator';
import { type AgoraCloud, createAgoraCloud } from '@avatarwire/simulator/agora';
import { createTrtcCloud } from '@avatarwire/simulator/trtc';
import { trtc } from '@avatarwire/trtc';

export interface DoubleSession {
  readonly session: AvatarSession;
  readonly clock: VirtualClock;
  readonly policy: RatePolicy;
  readonly avatar: SimulatedAvatar;
  /** Every packet handed over since the beginning of `use`. */
  readonly out: readonly WireRecord[];
  /** How often a second at arrival held more than the limits: delays that differ press packets together. */
  readonly tooMuchAtArrival: number;
}

export const ROOM = 'a room';
const AVATAR = 'avatar';
const CONDITIONS = { latencyMs: 40, jitterMs: 260 };

/** The last second is empty when `use` begins. */
export async function withDouble<T>(
  provider: 'agora' | 'trtc',
  seed: number,
  use: (stage: DoubleSession) => Promise<T>,
): Promise<T> {
  const clock = createVirtualClock();
  const { network, options } = provider === 'agora' ? overAgora(clock, seed) : overTrtc(clock, seed);
  const random = seededRandom(seed);
  const avatar = createSimulatedAvatar({ clock, random, port: network.join(ROOM, AVATAR) });
  const session = createAvatarSession({ ...options, clock, timeouts: { unresponsiveMs: 120_000 } });
  try {
    await clock.run(session.connect());
    await clock.run(session.setParams({ mode: 'retelling' }));
    await clock.advance(3_000);
    const out: WireRecord[] = [];
    session.tap((record) => {
      if (record.direction === 'out') out.push(record);
    });
    return await use({
      session,
      clock,
      policy: ratePolicies[provider],
      avatar,
      out,
      get tooMuchAtArrival() {
        return network.violations.length;
      },
    });
  } finally {
    await clock.run(session.close());
    avatar.close();
  }
}

type Over = Pick<AgoraCloud, 'network'> & {
  readonly options: Pick<AvatarSessionOptions, 'transports' | 'source'>;
};

function overAgora(clock: VirtualClock, seed: number): Over {
  const cloud = jitteringAgora(clock, seed);
  return {
    network: cloud.network,
    options: {
      transports: { agora: () => agora({ sdk: cloud.sdk, clock }) },
      source: { provider: 'agora', credentials: cloud.credentials(ROOM, 'visitor'), avatarId: AVATAR },
    },
  };
}

/** Sends settle in their own time, up to a round trip of the slowest. */
export function jitteringAgora(clock: VirtualClock, seed: number): AgoraCloud {
  const cloud = createAgoraCloud({ clock, seed, conditions: CONDITIONS });
  const random = seededRandom(seed);
  const { latencyMs, jitterMs } = CONDITIONS;
  cloud.faults.send = () =>
    new Promise((resolve) => {
      clock.schedule(resolve, 2 * (latencyMs + random() * jitterMs));
    });
  return cloud;
}

function overTrtc(clock: VirtualClock, seed: number): Over {
  const cloud = createTrtcCloud({ clock, seed, conditions: CONDITIONS });
  return {
    network: cloud.network,
    options: {
      transports: { trtc: () => trtc({ sdk: cloud.sdk, clock }) },
      source: { provider: 'trtc', credentials: cloud.credentials(ROOM, 'visitor'), avatarId: AVATAR },
    },
  };
}
