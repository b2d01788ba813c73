import { useAvatarState } from '@avatarwire/react';

export interface MeasuredTiming {
  readonly label: string;
  readonly ms: number;
}

/** What the session measured of itself so far. */
export function useMeasuredTimings(): readonly MeasuredTiming[] {
  const { connectMs, firstFrameMs, interruptMs, lastAckMs } = useAvatarState(({ timings }) => timings);
  return (
    [
      ['joined', connectMs],
      ['first picture', firstFrameMs],
      ['last ack', lastAckMs],
      ['interrupt', interruptMs],
    ] as const
  ).flatMap(([label, ms]) => (ms === undefined ? [] : [{ label, ms }]));
}
