/** Numbers from 0 to 1, 1 excluded. `Math.random` is one. */
export type Random = () => number;

/** The same numbers for the same seed, so that a run that failed can be run again. A 32-bit xorshift (Marsaglia). */
export function seededRandom(seed: number): Random {
  // Zero is the one state that a xorshift never leaves; small seeds need a few rounds to look random.
  let state = Math.trunc(seed) ^ 0x5eed_ba5e || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 8; round++) next();
  return next;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

export function randomName(random: Random, length = 8): string {
  return Array.from({ length }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('');
}
