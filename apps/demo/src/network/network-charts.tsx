import { type ReactNode, useCallback, useState, useSyncExternalStore } from 'react';
import { useTheme } from '../ui/theme';
import { Chart } from './chart';
import { figureTexts } from './figure-texts';
import { FIGURES, type Figure } from './measurements';
import type { NetworkLog, NetworkRecorder } from './network-log';

interface NetworkChartsProps {
  readonly recorder: NetworkRecorder;
}

/** A small chart for each figure over the last minute. The pointer in one reads all of them. */
export default function NetworkCharts({ recorder }: NetworkChartsProps): ReactNode {
  const log = useSyncExternalStore(recorder.subscribe, recorder.get);
  const [theme] = useTheme();
  const [pointed, setPointed] = useState<number>();
  const point = useCallback((index: number | undefined) => setPointed(index), []);

  if (log.measurements.length === 0)
    return <p className="text-sm text-ink-2">Waiting for the first measurement.</p>;
  return (
    <dl className="flex flex-col gap-1.5">
      {FIGURES.map((figure) => (
        <div key={figure} className="grid grid-cols-[4.5rem_minmax(0,1fr)_5.25rem] items-center gap-x-3">
          <dt className="text-xs text-ink-2">{figureTexts[figure].label}</dt>
          {log.measured.has(figure) ? (
            <>
              <Chart key={theme} figure={figure} measurements={log.measurements} onPoint={point} />
              <dd className="tabular text-right text-xs font-medium">{read(log, figure, pointed)}</dd>
            </>
          ) : (
            <dd className="col-span-2 text-right text-xs text-ink-3">not measured so far</dd>
          )}
        </div>
      ))}
    </dl>
  );
}

function read({ measurements }: NetworkLog, figure: Figure, pointed: number | undefined): string {
  const value = measurements[pointed ?? measurements.length - 1]?.[figure];
  return value === undefined ? '–' : figureTexts[figure].write(value);
}
