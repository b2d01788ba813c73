import { useEffect, useState } from 'react';
import { type Ack, nextLateAt } from './acks';

/** The clock of the records, read again whenever an acknowledgement is overdue from then on. */
export function useAckClock(acks: ReadonlyMap<number, Ack>): number {
  const [now, setNow] = useState(() => performance.now());
  const due = nextLateAt(acks, now);
  useEffect(() => {
    if (due === undefined) return;
    const timer = setTimeout(() => setNow(performance.now()), Math.max(0, due - performance.now()));
    return () => clearTimeout(timer);
  }, [due]);
  return now;
}
