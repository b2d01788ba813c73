/** A provider's limits, watched from the far side: counted when packets arrive, on a log of its own. */

import type { Clock, RatePolicy } from '@avatarwire/core';

export interface LimitViolation {
  /** Milliseconds on the clock's `now`. */
  readonly at: number;
  readonly limit: 'packets-per-second' | 'bytes-per-second';
  /** What the second that ends here held. */
  readonly used: number;
  readonly allowed: number;
}

const SECOND_MS = 1_000;

export interface LimitWatch {
  /** Counts a packet. False when it is over a limit. */
  arrive(bytes: number): boolean;
  readonly violations: readonly LimitViolation[];
}

/**
 * Any second counts, wherever it begins, and a packet over the limit counts too: whoever keeps sending stays over it.
 */
export function createLimitWatch(
  policy: Pick<RatePolicy, 'packetsPerSecond' | 'bytesPerSecond'>,
  clock: Clock,
): LimitWatch {
  const violations: LimitViolation[] = [];
  const lastSecond: { readonly at: number; readonly bytes: number }[] = [];
  let bytesInSecond = 0;

  return {
    violations,
    arrive(bytes) {
      const at = clock.now();
      for (
        let first = lastSecond[0];
        first !== undefined && first.at <= at - SECOND_MS;
        first = lastSecond[0]
      ) {
        lastSecond.shift();
        bytesInSecond -= first.bytes;
      }
      lastSecond.push({ at, bytes });
      bytesInSecond += bytes;
      const before = violations.length;
      if (lastSecond.length > policy.packetsPerSecond) {
        violations.push({
          at,
          limit: 'packets-per-second',
          used: lastSecond.length,
          allowed: policy.packetsPerSecond,
        });
      }
      if (bytesInSecond > policy.bytesPerSecond) {
        violations.push({
          at,
          limit: 'bytes-per-second',
          used: bytesInSecond,
          allowed: policy.bytesPerSecond,
        });
      }
      return violations.length === before;
    },
  };
}
