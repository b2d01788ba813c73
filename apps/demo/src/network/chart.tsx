import 'uplot/dist/uPlot.min.css';
import { type ReactNode, useEffect, useRef } from 'react';
import UPlot from 'uplot';
import { figureTexts } from './figure-texts';
import type { Figure, Measurement } from './measurements';
import { SECONDS_KEPT } from './network-log';

interface ChartProps {
  readonly figure: Figure;
  readonly measurements: readonly Measurement[];
  /** Which of them the pointer is at; none, when it leaves. */
  readonly onPoint: (index: number | undefined) => void;
}

const HEIGHT = 30;

/** A line over its area, without axes: the figure beside it is the scale. Takes its colours once, from the theme. */
export function Chart({ figure, measurements, onPoint }: ChartProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(undefined);

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const made = new UPlot(optionsOf(figure, element.clientWidth, onPoint), [[], []], element);
    plot.current = made;
    const follow = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    follow.observe(element);
    return () => {
      follow.disconnect();
      made.destroy();
    };
  }, [figure, onPoint]);

  useEffect(() => {
    const times = measurements.map(({ atMs }) => atMs / 1_000);
    plot.current?.setData([times, measurements.map((each) => each[figure] ?? null)]);
  }, [measurements, figure]);

  return (
    <div ref={place} aria-hidden data-testid={`chart-${figure}`} className="min-w-0 border-b border-line" />
  );
}

function optionsOf(figure: Figure, width: number, onPoint: ChartProps['onPoint']): UPlot.Options {
  const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const { least } = figureTexts[figure];
  return {
    width,
    height: HEIGHT,
    padding: [2, 0, 0, 0],
    legend: { show: false },
    axes: [{ show: false }, { show: false }],
    cursor: { sync: { key: 'network' }, y: false, drag: { x: false, y: false }, points: { size: 5 } },
    scales: {
      // The newest at the right edge, and as much room to its left as there will be.
      x: { time: false, range: (_, __, newest) => [newest - SECONDS_KEPT, newest] },
      y: { range: (_, __, most) => rangeUpTo(Math.max(least, most ?? 0)) },
    },
    series: [
      {},
      { stroke: colour('--accent'), fill: colour('--accent-soft'), width: 1.5, points: { show: false } },
    ],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
  };
}

/** A line at nothing shall be seen, too. */
const rangeUpTo = (most: number): [number, number] => [-0.04 * most, 1.08 * most];
