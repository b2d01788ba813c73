import { useAvatarState } from '@avatarwire/react';
import type { ReactNode } from 'react';
import { duration } from '../ui/format';

/** What the session measured of itself. */
export function TimingsLine(): ReactNode {
  const { connectMs, firstFrameMs, interruptMs, lastAckMs } = useAvatarState(({ timings }) => timings);
  const measured = (
    [
      ['joined', connectMs],
      ['first picture', firstFrameMs],
      ['last ack', lastAckMs],
      ['interrupt', interruptMs],
    ] as const
  ).filter(([, ms]) => ms !== undefined);

  return (
    // What does not fit stands on the next line, where it is not seen.
    <dl className="tabular flex h-[1.0625rem] flex-wrap justify-end gap-x-4 overflow-hidden text-xs whitespace-nowrap max-xl:hidden">
      {measured.map(([label, ms]) => (
        <div key={label} className="flex gap-1.5">
          <dt className="text-ink-3">{label}</dt>
          <dd className="font-medium">{duration(ms ?? 0)}</dd>
        </div>
      ))}
    </dl>
  );
}
