import type { Clock } from './clock';

/** Counts its calls: which one of its window this is, from 1. A window begins with the first call after the last has ended. */
export function countWithin(clock: Clock, windowMs: number): () => number {
  let until = -Infinity;
  let calls = 0;

  return () => {
    if (clock.now() >= until) {
      until = clock.now() + windowMs;
      calls = 0;
    }
    calls += 1;
    return calls;
  };
}
