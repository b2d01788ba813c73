import type { NetworkQuality } from '@avatarwire/core';
import { useAvatarState } from '@avatarwire/react';
import type { ReactNode } from 'react';
import { classNames } from '../ui/class-names';
import { duration } from '../ui/format';

const bars: Readonly<Record<NetworkQuality, number>> = {
  unknown: 0,
  lost: 0,
  bad: 1,
  poor: 2,
  good: 3,
  excellent: 4,
};

/** The network, where the provider measures it. Nothing is shown where nothing is known. */
export function QualitySign(): ReactNode {
  const quality = useAvatarState((snapshot) => (snapshot.state === 'live' ? snapshot.quality : undefined));
  if (quality === undefined) return null;
  const worse = bars[quality.up] < bars[quality.down] && quality.up !== 'unknown' ? quality.up : quality.down;
  if (worse === 'unknown') return null;
  const label = `Network: ${worse}${quality.roundTripMs === undefined ? '' : `, round trip ${duration(quality.roundTripMs)}`}`;

  return (
    <span role="img" aria-label={label} title={label} className="flex h-4 items-end gap-[3px]">
      {[1, 2, 3, 4].map((bar) => (
        <span
          key={bar}
          style={{ height: `${bar * 25}%` }}
          className={classNames(
            'w-[3px]',
            bar > bars[worse] ? 'bg-line-2' : bars[worse] < 3 ? 'bg-warn' : 'bg-accent',
          )}
        />
      ))}
    </span>
  );
}
