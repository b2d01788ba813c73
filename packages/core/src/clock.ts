/** Time as a value, so that every rule about time is proved on a clock that a test moves. */

export interface Clock {
  /** Milliseconds on a clock that never goes back. Its zero means nothing. */
  now(): number;
  /** Milliseconds since 1970, which may jump when the machine's clock is set. */
  wallNow(): number;
  /** Calls `callback` once, at least `delayMs` from now. The function returned cancels it. */
  schedule(callback: () => void, delayMs: number): () => void;
}

/** In milliseconds. Hosts fire a longer timer at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The clock of the machine. Its longest timer is 24.8 days. */
export const systemClock: Clock = Object.freeze({
  now: () => performance.now(),
  wallNow: () => Date.now(),
  schedule(callback: () => void, delayMs: number) {
    const timer = setTimeout(callback, Math.min(Math.ceil(delayMs), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
});
