import type { Clock } from '../clock';

/** The longest that a timer of the platform can wait. */
const LONGEST_MS = 2_147_483_647;

/**
 * One timer that rings at the moment last set, or not at all. It may ring early after a wait of weeks; whoever is
 * called looks at the time.
 */
export function createAlarm(clock: Clock, ring: () => void): (at: number | undefined) => void {
  let setFor: number | undefined;
  let cancel: (() => void) | undefined;
  return (at) => {
    if (at === setFor) return;
    cancel?.();
    cancel = undefined;
    setFor = at;
    if (at === undefined) return;
    const delayMs = Math.ceil(at - clock.now());
    cancel = clock.schedule(
      () => {
        cancel = setFor = undefined;
        ring();
      },
      Math.min(Math.max(delayMs, 0), LONGEST_MS),
    );
  };
}
