/** A live session over the real adapter, with the SDK double and a simulated avatar behind it, on a virtual clock. */

import { type AvatarSession, createAvatarSession, type Delivery, type WireRecord } from '@avatarwire/core';
import {
  createSimulatedAvatar,
  createVirtualClock,
  type NetworkConditions,
  type SimulatedAvatar,
  seededRandom,
  type VirtualClock,
} from '@avatarwire/simulator';
import { type AgoraCloud, createAgoraCloud } from '@avatarwire/simulator/agora';
import { onTestFinished } from 'vitest';
import { agora } from '../src/index';

const CHANNEL = 'a channel';
const AVATAR = '7';

export interface Stage {
  readonly clock: VirtualClock;
  readonly cloud: AgoraCloud;
  readonly avatar: SimulatedAvatar;
  readonly session: AvatarSession;
  /** What was handed over since the stage was set. */
  readonly out: readonly WireRecord[];
  chat(): readonly WireRecord[];
  /** What becomes of a message, without waiting for it. */
  speak(text: string): Promise<Delivery>;
}

/** 40 to 300 ms one way; sends settle in up to twice that, each in its own time. */
export const jittering: Partial<NetworkConditions> = { latencyMs: 40, jitterMs: 260 };

/** The avatar repeats, and the last second is empty. */
export async function setStage(conditions: Partial<NetworkConditions> = {}, seed = 1): Promise<Stage> {
  const clock = createVirtualClock();
  const random = seededRandom(seed);
  const cloud = createAgoraCloud({ clock, seed, conditions });
  const participant = cloud.network.join(CHANNEL, AVATAR);
  const avatar = createSimulatedAvatar({ clock, random, port: participant });
  const session = createAvatarSession({
    transports: { agora: () => agora({ sdk: cloud.sdk, clock }) },
    source: {
      provider: 'agora',
      credentials: cloud.credentials(CHANNEL, 'visitor'),
      avatarId: AVATAR,
    },
    clock,
    // The avatar falls silent for longer while it listens to a long text.
    timeouts: { unresponsiveMs: 120_000 },
  });
  onTestFinished(async () => {
    await clock.run(session.close());
    avatar.close();
  });
  await clock.run(session.connect());
  await clock.run(session.setParams({ mode: 'retelling' }));
  await clock.advance(2_000);
  const out: WireRecord[] = [];
  session.tap((record) => {
    if (record.direction === 'out') out.push(record);
  });
  return {
    clock,
    cloud,
    avatar,
    session,
    out,
    chat: () => out.filter(({ lane }) => lane === 'chat'),
    speak(text) {
      const speaking = session.speak(text);
      speaking.catch(() => {});
      return speaking;
    },
  };
}

/** Sends settle after a random part of a round trip of the jittering network. */
export function settleAtRandom({ cloud, clock }: Pick<Stage, 'cloud' | 'clock'>, seed = 1): void {
  const random = seededRandom(seed);
  cloud.faults.send = () =>
    new Promise((resolve) => {
      clock.schedule(resolve, 80 + random() * 520);
    });
}
