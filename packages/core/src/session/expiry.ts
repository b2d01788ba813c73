/** When the service session is over, on whichever clock says so first: a laptop that sleeps stops only one of them. */

import type { Clock } from '../clock';

const LONGEST_NAP_MS = 10_000;

export interface Expiry {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Looks at the clocks now: call it when the page wakes up. */
  check(): void;
  stop(): void;
}

export function watchExpiry(
  clock: Clock,
  options: {
    expiresInMs: number;
    noticeMs: number;
    onExpiring: (inMs: number) => void;
    onExpired: () => void;
  },
): Expiry {
  const { expiresInMs, noticeMs, onExpiring, onExpired } = options;
  const end = clock.now() + expiresInMs;
  const wallEnd = clock.wallNow() + expiresInMs;
  let noticed = false;
  let cancel: () => void = () => {};

  const remainingMs = () => Math.min(end - clock.now(), wallEnd - clock.wallNow());

  function check(): void {
    cancel();
    const left = remainingMs();
    if (left <= 0) return onExpired();
    const notice = left <= noticeMs && !noticed;
    noticed ||= notice;
    cancel = clock.schedule(check, Math.min(noticed ? left : left - noticeMs, LONGEST_NAP_MS));
    // Last, for a listener may close the session.
    if (notice) onExpiring(left);
  }

  // A timer and not a call, so that nobody hears of it before the session has joined its parts.
  cancel = clock.schedule(check, 0);
  return { at: wallEnd, check, stop: () => cancel() };
}
