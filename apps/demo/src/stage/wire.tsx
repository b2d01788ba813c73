import type { ReactNode } from 'react';
import { classNames } from '../ui/class-names';

/** The line that runs through the stage: at rest, or with a signal travelling along it. */
export function Wire({
  className,
  travelling = false,
}: {
  readonly className?: string;
  readonly travelling?: boolean;
}): ReactNode {
  return (
    <svg
      aria-hidden
      viewBox="0 0 1200 60"
      preserveAspectRatio="xMaxYMid slice"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinejoin="round"
      className={classNames('pointer-events-none absolute inset-x-0 bottom-[9%] h-14 w-full', className)}
    >
      <path d={path} opacity={travelling ? 0.3 : 1} />
      {travelling && (
        <path
          d={path}
          strokeWidth="2"
          strokeDasharray="60 180"
          className="motion-safe:animate-[travel_1.1s_linear_infinite]"
        />
      )}
    </svg>
  );
}

const path = 'M0 30H640l6-8 8 22 9-38 10 46 9-34 8 20 6-8h70l5-6 7 16 8-28 9 36 8-26 7 14 5-6H1200';
