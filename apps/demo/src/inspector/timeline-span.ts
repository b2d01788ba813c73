import { useEffect, useState } from 'react';
import type { WireRow } from './wire-log';

export type Zoom = '5' | '15' | '60' | 'all';

export const zooms: readonly { readonly value: Zoom; readonly label: string }[] = [
  { value: '5', label: '5 s' },
  { value: '15', label: '15 s' },
  { value: '60', label: '1 min' },
  { value: 'all', label: 'All' },
];

/** How often the line of time moves on; with reduced motion in whole seconds. */
const STEP_MS = 100;
const CALM_STEP_MS = 1_000;
/** How far it runs on after the last packet: then it rests, and the last packets stay in sight. */
const TAIL = 0.25;
/** What is drawn at an end is to be seen whole. */
const MARGIN = 0.02;
/** How much of the time shown comes after a packet that is held in sight. */
const HELD = 0.8;

/** The time that is shown: the last seconds, ending soon after the last packet, or those in which `held` is seen. */
export function useTimeSpan(
  rows: readonly WireRow[],
  zoom: Zoom,
  paused: boolean,
  held: WireRow | undefined,
): { readonly from: number; readonly to: number } {
  const first = rows[0]?.record.at ?? 0;
  const newest = rows.at(-1)?.record.at ?? 0;
  const lengthMs = zoom === 'all' ? Math.max(1_000, (newest - first) * 1.04) : Number(zoom) * 1_000;
  const now = useTimeUntil(newest + lengthMs * TAIL, paused || zoom === 'all');
  const latest = paused ? newest : Math.min(Math.max(now, newest), newest + lengthMs * TAIL);
  // What is shorter than the window begins at its left.
  const end = Math.max(latest + lengthMs * MARGIN, first + lengthMs * (1 - MARGIN));
  const to = held === undefined ? end : Math.min(end, held.record.at + lengthMs * HELD);
  return { from: to - lengthMs, to };
}

/** The clock of the records, which stops at `end`. */
function useTimeUntil(end: number, stopped: boolean): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    if (stopped) return;
    const step = matchMedia('(prefers-reduced-motion: reduce)').matches ? CALM_STEP_MS : STEP_MS;
    const timer = setInterval(() => {
      const read = performance.now();
      setNow(read);
      if (read > end) clearInterval(timer);
    }, step);
    return () => clearInterval(timer);
  }, [end, stopped]);
  return now;
}
