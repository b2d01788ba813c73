import { AvatarError } from '@avatarwire/core';
import { useCallback, useSyncExternalStore } from 'react';

/** Milliseconds until `at`, rounded up to whole steps, so that it changes, and renders, exactly once for each step. */
export function useTimeLeft(at: number | undefined, everyMs: number): number | undefined {
  if (!(everyMs >= 100 && everyMs <= 3_600_000))
    throw new AvatarError('invalid-argument', 'everyMs has to be a number from 100 to 3600000.');
  const subscribe = useCallback(
    (listener: () => void) => (at === undefined ? nothing : tick(at, everyMs, listener)),
    [at, everyMs],
  );
  return useSyncExternalStore(
    subscribe,
    () => (at === undefined ? undefined : Math.ceil(leftUntil(at) / everyMs) * everyMs),
    () => undefined,
  );
}

const nothing = () => undefined;
const leftUntil = (at: number) => Math.max(0, at - Date.now());

/** Timers run only while the page is visible and there is time left. */
function tick(at: number, everyMs: number, listener: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    clearTimeout(timer);
    listener();
    const left = leftUntil(at);
    if (left > 0 && !document.hidden) timer = setTimeout(look, left % everyMs || everyMs);
  };
  look();
  document.addEventListener('visibilitychange', look);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
  };
}
