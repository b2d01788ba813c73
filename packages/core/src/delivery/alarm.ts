import { type Clock, LONGEST_TIMER_MS } from '../clock';

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
      Math.min(Math.max(delayMs, 0), LONGEST_TIMER_MS),
    );
  };
}
