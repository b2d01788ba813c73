import type { Clock } from '../clock';

/** A browser that gives a device back to a page does so within this time. */
const GIVEN_BACK_MS = 1_000;

/** Calls `returned` a moment after each return of the page to the foreground, while it is observed. */
export function watchForeground(clock: Clock, returned: () => void) {
  let cancel: (() => void) | undefined;
  let page: Document | undefined;

  function changed(): void {
    cancel?.();
    cancel = page?.visibilityState === 'visible' ? clock.schedule(returned, GIVEN_BACK_MS) : undefined;
  }

  return {
    observe(isWanted: boolean): void {
      if (isWanted === (page !== undefined)) return;
      cancel?.();
      page?.removeEventListener('visibilitychange', changed);
      page = isWanted ? globalThis.document : undefined;
      page?.addEventListener('visibilitychange', changed);
    },
  };
}
