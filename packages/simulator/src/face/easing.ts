/** Small functions of time that every movement is made of. */

export const TAU = Math.PI * 2;

export function clamp(value: number, low = 0, high = 1): number {
  return Math.min(high, Math.max(low, value));
}

export function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

/** 0 to 1 with a soft start and end. */
export function smooth(share: number): number {
  const x = clamp(share);
  return x * x * (3 - 2 * x);
}

/** 0 to 1, a little beyond it, and back: the settling of something with weight. */
export function overshoot(share: number): number {
  const x = clamp(share) - 1;
  return 1 + 2.4 * x ** 3 + 1.4 * x ** 2;
}

/** Rises within `rise`, stands, and falls within `fall` before `total`. */
export function envelope(at: number, total: number, rise: number, fall: number): number {
  if (at <= 0 || at >= total) return 0;
  return Math.min(smooth(at / rise), smooth((total - at) / fall));
}

/** A slow wave between -1 and 1. */
export function wave(timeMs: number, periodMs: number, phase = 0): number {
  return Math.sin((timeMs / periodMs) * TAU + phase);
}

/** The same number between 0 and 1 for the same `seed`; another for the next. */
export function scatter(seed: number): number {
  const x = Math.sin(seed * 127.1 + 311.7) * 43_758.5453;
  return x - Math.floor(x);
}
