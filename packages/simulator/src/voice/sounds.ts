/** The sounds the voice is made of. Frequencies in hertz: our own figures for a soft, fairly high voice. */

export type SoundKind = 'vowel' | 'glide' | 'nasal' | 'stop' | 'fricative' | 'pause';

export interface Sound {
  readonly kind: SoundKind;
  /** First, second and third formant. Where a sound has none of its own, the ones of its neighbour go on. */
  readonly formants?: readonly [number, number, number];
  /** How loud the vocal cords are, 0 to 1. */
  readonly voicing: number;
  /** How loud the rush of air is, 0 to 1, and about which frequency. */
  readonly noise: number;
  readonly noiseHz: number;
  /** How far the mouth opens, 0 to 1, and how it is spread (1) or rounded (-1). */
  readonly open: number;
  readonly spread: number;
  /** How long it takes, against the others, at speed 1. */
  readonly ms: number;
}

const vowel = (
  formants: readonly [number, number, number],
  open: number,
  spread: number,
  ms: number,
): Sound => ({
  kind: 'vowel',
  formants,
  voicing: 1,
  noise: 0.012,
  noiseHz: 2_200,
  open,
  spread,
  ms,
});

export const vowels = {
  a: vowel([790, 1_300, 2_750], 0.95, 0.15, 140),
  e: vowel([560, 1_950, 2_800], 0.6, 0.6, 120),
  i: vowel([340, 2_450, 3_050], 0.42, 0.95, 115),
  o: vowel([520, 930, 2_650], 0.68, -0.7, 135),
  u: vowel([370, 950, 2_550], 0.4, -0.95, 125),
  schwa: vowel([520, 1_480, 2_600], 0.42, 0.05, 85),
} as const;

const fricative = (noise: number, noiseHz: number, voicing: number, open: number, spread: number): Sound => ({
  kind: 'fricative',
  voicing,
  noise,
  noiseHz,
  open,
  spread,
  ms: 82,
});

const soft = (
  kind: 'glide' | 'nasal',
  formants: readonly [number, number, number],
  voicing: number,
  open: number,
  spread: number,
): Sound => ({
  kind,
  formants,
  voicing,
  noise: 0,
  noiseHz: 2_000,
  open,
  spread,
  ms: kind === 'nasal' ? 72 : 62,
});

const stop = (noise: number, noiseHz: number, voicing: number, open: number): Sound => ({
  kind: 'stop',
  voicing,
  noise,
  noiseHz,
  open,
  spread: 0,
  ms: 66,
});

export const consonants = {
  s: fricative(0.2, 5_200, 0, 0.14, 0.5),
  z: fricative(0.12, 4_800, 0.35, 0.14, 0.5),
  sh: fricative(0.2, 2_900, 0, 0.2, -0.4),
  f: fricative(0.09, 3_900, 0, 0.06, 0.2),
  v: fricative(0.05, 3_500, 0.45, 0.06, 0.2),
  th: fricative(0.08, 4_400, 0.15, 0.2, 0.2),
  h: fricative(0.1, 1_700, 0.05, 0.35, 0),
  m: soft('nasal', [280, 1_000, 2_200], 0.5, 0, 0),
  n: soft('nasal', [300, 1_500, 2_500], 0.5, 0.18, 0.2),
  l: soft('glide', [380, 1_250, 2_700], 0.7, 0.3, 0.1),
  r: soft('glide', [420, 1_250, 1_750], 0.7, 0.26, -0.35),
  w: soft('glide', [330, 750, 2_300], 0.65, 0.2, -0.95),
  y: soft('glide', [310, 2_200, 2_950], 0.65, 0.25, 0.8),
  p: stop(0.12, 1_100, 0, 0),
  b: stop(0.06, 900, 0.2, 0),
  t: stop(0.16, 3_900, 0, 0.16),
  d: stop(0.08, 3_200, 0.2, 0.16),
  k: stop(0.14, 2_100, 0, 0.22),
  g: stop(0.07, 1_800, 0.2, 0.22),
} as const;

export const pause = (ms: number): Sound => ({
  kind: 'pause',
  voicing: 0,
  noise: 0,
  noiseHz: 2_000,
  open: 0,
  spread: 0,
  ms,
});
