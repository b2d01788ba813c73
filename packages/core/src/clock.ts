/** Time as a value, so that every rule about time is proved on a clock that a test moves. */

export interface Clock {
  /** Milliseconds on a clock that never goes back. Its zero means nothing. */
  now(): number;
  /** Milliseconds since 1970, which may jump when the machine's clock is set. */
  wallNow(): number;
  /** Calls `callback` once, at least `delayMs` from now. The function returned cancels it. */
  schedule(callback: () => void, delayMs: number): () => void;
}

/** The clock of the machine. */
export const systemClock: Clock = Object.freeze({
  now: () => performance.now(),
  wallNow: () => Date.now(),
  schedule(callback: () => void, delayMs: number) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
});
