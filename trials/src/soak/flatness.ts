/** Whether a heap is flat: a straight line through its samples, and how sure one can be of its slope. */

export interface Sample {
  /** Messages or sessions so far. */
  readonly done: number;
  /** In use after the garbage was collected. */
  readonly bytes: number;
}

/** Bytes, or listeners, per 1,000 messages or sessions. */
export interface Flatness {
  readonly slope: number;
  /** Two standard errors, from how far the samples lie from what was fitted. */
  readonly error: number;
  readonly bound: number;
  readonly flat: boolean;
}

/**
 * What the second half of a run may grow by, in bytes, however long it is. A heap in which nothing is kept moves by up to
 * 300 kB with what V8 still compiles, and throws away. In half a million messages this bound is 1.6 bytes for each, where
 * the least that anything can keep of a message, a pointer, is 8.
 */
export const DRIFT_BYTES = 400_000;

const LEAST_SAMPLES = 5;

/**
 * Looks at the second half alone: the first is for compiled code, pools and a transcript that fills. Flat means that the
 * slope and two standard errors more stay within `driftBytes`: noise can make a flat heap fail, and never a leak pass.
 *
 * @throws Error with fewer than 5 samples in the second half
 */
export function flatnessOf(samples: readonly Sample[], driftBytes = DRIFT_BYTES): Flatness {
  const half = secondHalf(samples);
  const meanDone = mean(half.map(({ done }) => done));
  const meanBytes = mean(half.map(({ bytes }) => bytes));
  const spread = sum(half.map(({ done }) => (done - meanDone) ** 2));
  const slope = sum(half.map(({ done, bytes }) => (done - meanDone) * (bytes - meanBytes))) / spread;
  const off = half.map(({ done, bytes }) => bytes - meanBytes - slope * (done - meanDone));
  const error = 2 * Math.sqrt(sum(off.map((bytes) => bytes ** 2)) / (half.length - 2) / spread);
  const span = (half.at(-1)?.done ?? 0) - (half[0]?.done ?? 0);
  return perThousand(slope, error, driftBytes / span);
}

/** What one batch of sessions added, and then as many without the library that is judged. */
export interface Growth {
  readonly sessions: number;
  readonly more: number;
  readonly bareMore: number;
}

/**
 * For a page whose vendor's SDK leaks by itself: how much more a session of ours leaves behind than one of the bare SDK.
 *
 * @param bound that this may be, for one session
 * @throws Error with fewer than 5 batches in the second half
 */
export function excessOf(batches: readonly Growth[], bound: number): Flatness {
  const more = secondHalf(batches).map(({ sessions, more, bareMore }) => (more - bareMore) / sessions);
  const excess = mean(more);
  const variance = sum(more.map((one) => (one - excess) ** 2)) / (more.length - 1);
  return perThousand(excess, 2 * Math.sqrt(variance / more.length), bound);
}

function secondHalf<T>(all: readonly T[]): readonly T[] {
  const half = all.slice(Math.floor(all.length / 2));
  if (half.length < LEAST_SAMPLES)
    throw new Error(`${all.length} samples say nothing; ${2 * LEAST_SAMPLES} are needed.`);
  return half;
}

function perThousand(slope: number, error: number, bound: number): Flatness {
  return { slope: slope * 1_000, error: error * 1_000, bound: bound * 1_000, flat: slope + error < bound };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;
