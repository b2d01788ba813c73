import type { ReactNode } from 'react';
import { useMeasuredTimings } from '../network/timings';
import { duration } from '../ui/format';

/** Where there is room; everywhere it stands behind the network's sign. */
export function TimingsLine(): ReactNode {
  const timings = useMeasuredTimings();
  return (
    // What does not fit stands on the next line, where it is not seen.
    <dl className="tabular hidden h-[1.0625rem] min-w-0 flex-wrap justify-end gap-x-4 overflow-hidden text-xs whitespace-nowrap @4xl:flex">
      {timings.map(({ label, ms }) => (
        <div key={label} className="flex gap-1.5">
          <dt className="text-ink-3">{label}</dt>
          <dd className="font-medium">{duration(ms)}</dd>
        </div>
      ))}
    </dl>
  );
}
