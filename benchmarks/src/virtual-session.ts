/** A live session over the simulated network, on a virtual clock, in the mode in which the avatar repeats. */

import {
  type AvatarSession,
  createAvatarSession,
  type RatePolicy,
  ratePolicies,
  type WireRecord,
} from '@avatarwire/core';
import { type Simulation, simulate } from '@avatarwire/simulator';

export interface VirtualSession {
  readonly session: AvatarSession;
  readonly sim: Simulation;
  readonly policy: RatePolicy;
  /** Every packet handed over since the beginning of `use`. */
  readonly out: WireRecord[];
}

/** The last second is empty when `use` begins. */
export async function withSession<T>(
  policy: 'agora' | 'trtc' | 'livekit',
  use: (stage: VirtualSession) => Promise<T>,
): Promise<T> {
  const sim = simulate({ policy });
  const session = createAvatarSession(sim.options);
  try {
    await sim.run(session.connect());
    await sim.run(session.speak('Hello.'));
    await sim.advance(3_000);
    const out: WireRecord[] = [];
    session.tap((record) => {
      if (record.direction === 'out') out.push(record);
    });
    return await use({ session, sim, out, policy: ratePolicies[policy] });
  } finally {
    await sim.run(session.close());
    sim.close();
  }
}
