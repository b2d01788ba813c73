import type { Clock } from '@avatarwire/core';
import type { Refusal } from '../refusal';

/** How long the model is waited for. One thing at a time: a new wait takes the place of the one before. */
export interface Patience {
  /** Ends the answer with `failure`, unless it rests in time. */
  within(ms: number, failure: (ms: number) => Refusal): void;
  rest(): void;
}

export function createPatience(clock: Clock, ending: AbortController): Patience {
  let cancel = () => {};
  return {
    within(ms, failure) {
      cancel();
      cancel = clock.schedule(() => ending.abort(failure(ms)), ms);
    },
    rest: () => cancel(),
  };
}
