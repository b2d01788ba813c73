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
import { createTrtcCloud, type TrtcCloud } from '@avatarwire/simulator/trtc';
import { onTestFinished } from 'vitest';
import { trtc } from '../src/index';

const ROOM = 'a room';
const AVATAR = 'avatar';

export interface Stage {
  readonly clock: VirtualClock;
  readonly cloud: TrtcCloud;
  readonly avatar: SimulatedAvatar;
  readonly session: AvatarSession;
  /** What was handed over since the stage was set. */
  readonly out: readonly WireRecord[];
  chat(): readonly WireRecord[];
  /** What becomes of a message, without waiting for it. */
  speak(text: string): Promise<Delivery>;
}

/** 40 to 300 ms one way. */
export const jittering: Partial<NetworkConditions> = { latencyMs: 40, jitterMs: 260 };

/** The avatar repeats, and the last second is empty. */
export async function setStage(conditions: Partial<NetworkConditions> = {}, seed = 1): Promise<Stage> {
  const clock = createVirtualClock();
  const random = seededRandom(seed);
  const cloud = createTrtcCloud({ clock, seed, conditions });
  const participant = cloud.network.join(ROOM, AVATAR);
  const avatar = createSimulatedAvatar({ clock, random, port: participant });
  const session = createAvatarSession({
    transports: { trtc: () => trtc({ sdk: cloud.sdk, clock }) },
    source: {
      provider: 'trtc',
      credentials: cloud.credentials(ROOM, 'visitor'),
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
