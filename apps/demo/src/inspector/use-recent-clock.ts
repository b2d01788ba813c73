import { useEffect, useState } from 'react';
import { HISTORY_MS, type WireView } from './wire-log';

const STEP_MS = 100;

/** The clock of the records, read ten times a second while the history of `recent` still moves. */
export function useRecentClock(recent: WireView['recent']): number {
  const [now, setNow] = useState(() => performance.now());
  const newest = recent.at(-1)?.at;

  useEffect(() => {
    if (newest === undefined) return;
    const timer = setInterval(() => {
      const read = performance.now();
      setNow(read);
      if (read > newest + HISTORY_MS + STEP_MS) clearInterval(timer);
    }, STEP_MS);
    return () => clearInterval(timer);
  }, [newest]);
  return Math.max(now, newest ?? 0);
}
