/**
 * The least time in which any sender can hand a text over under a policy.
 *
 * A packet carries what is left of it beside its frame, of which the smallest is counted. A window of a second (and
 * the guard) lets `bytes` and `packets` through, so it carries at most, of these, the larger:
 *
 * - all its bytes, in the fewest packets that hold them: `bytes − ceil(bytes / largest) · frame`;
 * - full packets alone: `min(packets, floor(bytes / largest)) · (largest − frame)`.
 *
 * Where there are fewer packets than that, only the second is possible. Any sender that keeps the policy in every
 * window has handed over at most `k` windows' text before the moment `k · window`. So the last part leaves no earlier
 * than `(ceil(text / carried) − 1) · window` after the first.
 */

import { GUARD_MS, type RatePolicy, WINDOW_MS } from './core-internals';

export interface Task {
  /** Bytes of the text as it stands in the frames. */
  readonly textBytes: number;
  /** Bytes of the smallest frame without text. */
  readonly frameBytes: number;
}

export function bestHandOverMs({ textBytes, frameBytes }: Task, policy: RatePolicy): number {
  const windows = Math.ceil(textBytes / carriedPerWindow(frameBytes, policy));
  return Math.max(0, windows - 1) * (WINDOW_MS + GUARD_MS);
}

function carriedPerWindow(frameBytes: number, policy: RatePolicy): number {
  const { maxPacketBytes, packetsPerSecond, bytesPerSecond, reserve } = policy;
  const packets = packetsPerSecond - reserve.packets;
  const bytes = bytesPerSecond - reserve.bytes;
  const inFull = Math.min(packets, Math.floor(bytes / maxPacketBytes)) * (maxPacketBytes - frameBytes);
  const enough = Math.ceil(bytes / maxPacketBytes);
  return enough <= packets ? Math.max(inFull, bytes - enough * frameBytes) : inFull;
}
