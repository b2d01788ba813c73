/** The ends of faults. */

import type { Clock } from '@avatarwire/core';
import type { Interval } from './ledger';
import type { Side } from './side';

export function unclog({ sim, clogs }: Side, clock: Clock): void {
  sim.network.shape({ uplinkBytesPerSecond: Infinity });
  end(clogs, clock);
}

export function hearAgain({ sim, deaf }: Side, clock: Clock): void {
  sim.avatar.ignoreEverything(false);
  end(deaf, clock);
}

/** @param wholly the link and the avatar come back, too */
export function heal(side: Side, clock: Clock, wholly: boolean): void {
  const { sim, lossy } = side;
  side.calm();
  unclog(side, clock);
  end(lossy, clock);
  if (!wholly) return;
  sim.network.resume();
  hearAgain(side, clock);
  if (sim.service.open > 0) void sim.avatar.return();
}

function end(intervals: readonly Interval[], clock: Clock): void {
  for (const interval of intervals) interval.to = Math.min(interval.to, clock.now());
}
