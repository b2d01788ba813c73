import type { RatePolicy } from '@avatarwire/core';
import type { ReactNode } from 'react';
import { classNames } from '../ui/class-names';
import { bytes, count } from '../ui/format';
import { Sparkline } from './sparkline';
import { useRecentClock } from './use-recent-clock';
import { lastSecond, type WireView } from './wire-log';

interface BudgetMeterProps {
  readonly view: WireView;
  readonly limits: RatePolicy | undefined;
}

/** What the last second has used of the policy; where there is no rate, what was handed over and is not settled. */
export function BudgetMeter({ view, limits }: BudgetMeterProps): ReactNode {
  const now = useRecentClock(view.recent);
  const used = lastSecond(view.recent, now);
  const rated = limits !== undefined && limits.bytesPerSecond !== Infinity;

  return (
    <div className="flex min-w-0 items-center gap-5 max-md:gap-3">
      <Sparkline recent={view.recent} now={now} limit={rated ? limits.bytesPerSecond : undefined} />
      {rated ? (
        <div className="flex gap-5 max-md:gap-3">
          <Gauge
            label="Bytes, last second"
            used={used.bytes}
            limit={limits.bytesPerSecond}
            text={`${count(used.bytes)} of ${count(limits.bytesPerSecond)}`}
          />
          <Gauge
            label="Packets"
            used={used.packets}
            limit={limits.packetsPerSecond}
            text={`${used.packets} of ${limits.packetsPerSecond}`}
          />
        </div>
      ) : (
        <div className="flex gap-5 max-md:gap-3">
          <Figure label="Last second" text={`${bytes(used.bytes)}, no rate here`} />
          <Figure label="In flight at last packet" text={bytes(view.budget?.unsettledBytes ?? 0)} />
        </div>
      )}
      <Figure label="Queue" text={count(view.budget?.queued ?? 0)} />
    </div>
  );
}

interface GaugeProps {
  readonly label: string;
  readonly used: number;
  readonly limit: number;
  readonly text: string;
}

function Gauge({ label, used, limit, text }: GaugeProps): ReactNode {
  return (
    <div className="tabular flex w-31 max-md:w-[5.75rem] flex-col gap-1 text-2xs whitespace-nowrap">
      <p className="flex justify-between gap-2">
        <span className="text-ink-3">{label}</span>
        <span className="sr-only">: {text}</span>
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be drawn alike in all browsers */}
      <div
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={limit}
        aria-valuenow={Math.min(used, limit)}
        aria-valuetext={text}
        className="h-[5px] bg-line"
      >
        <div
          className={classNames(
            'h-full transition-[width] duration-100',
            used > limit ? 'bg-bad' : 'bg-accent',
          )}
          style={{ width: `${Math.min(100, (used / limit) * 100)}%` }}
        />
      </div>
      <p aria-hidden className="font-medium">
        {text}
      </p>
    </div>
  );
}

export function Figure({ label, text }: { readonly label: string; readonly text: string }): ReactNode {
  return (
    <p className="tabular flex flex-col text-2xs whitespace-nowrap">
      <span className="text-ink-3">{label}</span>
      <span className="text-xs font-medium">{text}</span>
    </p>
  );
}
