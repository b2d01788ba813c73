import type { ReactNode } from 'react';
import { HISTORY_MS, lastSecond, type WireView } from './wire-log';

const STEPS = 60;
const WIDTH = 180;
const HEIGHT = 32;

interface SparklineProps {
  readonly recent: WireView['recent'];
  readonly now: number;
  /** Bytes a second; drawn as a line that is not crossed. */
  readonly limit: number | undefined;
}

/** Bytes of the last second, over the last fifteen. */
export function Sparkline({ recent, now, limit }: SparklineProps): ReactNode {
  // Whole steps, or the bars would shimmer as they move.
  const step = HISTORY_MS / STEPS;
  const end = Math.floor(now / step) * step;
  const values = Array.from(
    { length: STEPS },
    (_, index) => lastSecond(recent, end - (STEPS - 1 - index) * step).bytes,
  );
  const top = Math.max((limit ?? 0) * 1.15, ...values, 1);
  const bar = WIDTH / STEPS;

  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      className="shrink-0 text-accent max-lg:hidden"
    >
      <rect y={HEIGHT - 1} width={WIDTH} height={1} className="fill-line-2" />
      {values.map((value, index) => {
        const height = (value / top) * (HEIGHT - 1);
        return (
          <rect
            key={index}
            x={index * bar}
            y={HEIGHT - 1 - height}
            width={bar - 1}
            height={height}
            fill="currentColor"
          />
        );
      })}
      {limit !== undefined && (
        <line
          x2={WIDTH}
          y1={HEIGHT - 1 - (limit / top) * (HEIGHT - 1)}
          y2={HEIGHT - 1 - (limit / top) * (HEIGHT - 1)}
          strokeDasharray="2 3"
          className="stroke-ink-3"
        />
      )}
    </svg>
  );
}
