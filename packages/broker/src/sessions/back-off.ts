const FIRST_MS = 2_000;
/** In milliseconds. */
export const LONGEST_BACK_OFF_MS = 300_000;

/**
 * How long to wait after so many failures, in milliseconds: 1 s to 2 s at first, 2.5 to 5 minutes in the end. Half of
 * it is chance, so that what failed together does not come back together.
 */
export function backOffMs(failures: number, random: () => number, retryAfterMs = 0): number {
  const bound = Math.min(LONGEST_BACK_OFF_MS, FIRST_MS * 2 ** (failures - 1));
  return Math.max(Math.min(retryAfterMs, LONGEST_BACK_OFF_MS), Math.round((bound * (1 + random())) / 2));
}
