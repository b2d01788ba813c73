import { useAvatarSession, useAvatarState } from '@avatarwire/react';
import { type ReactNode, useId, useState } from 'react';
import { useProblems } from '../session/problems-context';

const LEAST = 0.8;
const MOST = 1.2;

/** Sends every step; the session merges those that come before the last one was acknowledged. */
export function SpeedSlider(): ReactNode {
  const session = useAvatarSession();
  const { attempt } = useProblems();
  const id = useId();
  const acknowledged = useAvatarState(({ params }) => params.voice?.speed ?? 1);
  const possible = useAvatarState(({ state }) => state === 'live');
  const [wanted, setWanted] = useState<number>();
  const shown = wanted ?? acknowledged;

  const choose = async (speed: number) => {
    setWanted(speed);
    await attempt(() => session.setParams({ voice: { speed } }));
    setWanted((latest) => (latest === speed ? undefined : latest));
  };
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="caption flex justify-between">
        Voice speed
        <output htmlFor={id} className="tabular text-ink">
          {shown.toFixed(2)}×
        </output>
      </label>
      <input
        id={id}
        type="range"
        min={LEAST}
        max={MOST}
        step={0.05}
        value={shown}
        disabled={!possible}
        aria-valuetext={`${shown.toFixed(2)} times`}
        onChange={({ target }) => void choose(Number(target.value))}
        className="slider w-full"
        style={{ '--filled': `${((shown - LEAST) / (MOST - LEAST)) * 100}%` }}
      />
    </div>
  );
}
