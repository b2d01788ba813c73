import type { NetworkQuality } from '@avatarwire/core';
import { useAvatarState } from '@avatarwire/react';
import { lazy, type ReactNode, Suspense } from 'react';
import { classNames } from '../ui/class-names';
import { duration } from '../ui/format';
import { IconButton } from '../ui/icon-button';
import { Popover, PopoverPart } from '../ui/popover';
import { useNetworkRecorder } from './network-log';
import { useMeasuredTimings } from './timings';

const Charts = lazy(() => import('./network-charts'));

const bars: Readonly<Record<NetworkQuality, number>> = {
  unknown: 0,
  lost: 0,
  bad: 1,
  poor: 2,
  good: 3,
  excellent: 4,
};

/** The network in four bars; behind them what its provider measures. */
export function NetworkControl({ network }: { readonly network: string }): ReactNode {
  const recorder = useNetworkRecorder();
  const worse = useWorse();
  return (
    <Popover
      edge="right"
      label="Network"
      className="md:w-100"
      button={(opens) => (
        <IconButton label="Network" title={`Network: ${worse ?? 'not measured'}`} {...opens} look="quiet">
          <Bars quality={worse ?? 'unknown'} />
        </IconButton>
      )}
    >
      <PopoverPart>
        <p className="flex items-baseline justify-between gap-3 text-sm">
          <span className="font-semibold">{network}</span>
          <span className="text-ink-2">
            {worse === undefined ? 'Quality not measured' : `${titleOf(worse)}`}
          </span>
        </p>
      </PopoverPart>
      <PopoverPart title="The last minute, measured each second">
        <Suspense fallback={<p className="text-sm text-ink-2">Loading the charts.</p>}>
          <Charts recorder={recorder} />
        </Suspense>
      </PopoverPart>
      <TimingsPart />
    </Popover>
  );
}

const titleOf = (quality: NetworkQuality) => `${quality.charAt(0).toUpperCase()}${quality.slice(1)}`;

/** Of both directions the one that is worse, as far as it is known. */
function useWorse(): NetworkQuality | undefined {
  return useAvatarState(({ state, quality }) => {
    if (state !== 'live' || quality === undefined) return undefined;
    const { up, down } = quality;
    const worse = up !== 'unknown' && (down === 'unknown' || bars[up] < bars[down]) ? up : down;
    return worse === 'unknown' ? undefined : worse;
  });
}

function Bars({ quality }: { readonly quality: NetworkQuality }): ReactNode {
  return (
    <span aria-hidden className="flex h-4 items-end gap-[3px]">
      {[1, 2, 3, 4].map((bar) => (
        <span
          key={bar}
          style={{ height: `${bar * 25}%` }}
          className={classNames(
            'w-[3px]',
            bar > bars[quality] ? 'bg-line-2' : bars[quality] < 3 ? 'bg-warn' : 'bg-accent',
          )}
        />
      ))}
    </span>
  );
}

function TimingsPart(): ReactNode {
  const timings = useMeasuredTimings();
  if (timings.length === 0) return null;
  return (
    <PopoverPart title="This session">
      <dl className="tabular grid grid-cols-2 gap-x-6 gap-y-1 text-xs">
        {timings.map(({ label, ms }) => (
          <div key={label} className="flex justify-between gap-2">
            <dt className="text-ink-2">{label}</dt>
            <dd className="font-medium">{duration(ms)}</dd>
          </div>
        ))}
      </dl>
    </PopoverPart>
  );
}
