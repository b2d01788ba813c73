import type { AvatarMode } from '@avatarwire/core';
import { useAvatarSession, useAvatarState } from '@avatarwire/react';
import { type ReactNode, useState } from 'react';
import { useProblems } from '../session/problems-context';
import { Segmented } from '../ui/segmented';

const options = [
  { value: 'dialogue', label: 'Dialogue' },
  { value: 'retelling', label: 'Retelling' },
] as const;

/** Shows what was asked for at once, and what the avatar acknowledged as soon as that is known. */
export function ModeSwitch(): ReactNode {
  const session = useAvatarSession();
  const { attempt } = useProblems();
  const mode = useAvatarState((snapshot) => snapshot.mode);
  const possible = useAvatarState(({ state, can }) => state === 'live' && can.setParams);
  const [wanted, setWanted] = useState<AvatarMode>();

  const choose = async (next: AvatarMode) => {
    setWanted(next);
    await attempt(() => session.setParams({ mode: next }));
    setWanted(undefined);
  };
  return (
    <div className="flex flex-col gap-1.5">
      <span aria-hidden className="caption">
        Mode
      </span>
      <Segmented
        label="Mode"
        value={wanted ?? mode ?? 'dialogue'}
        options={options}
        disabled={!possible}
        onChange={(next) => void choose(next)}
      />
      <p className="text-xs text-ink-3 max-xl:hidden">
        {(wanted ?? mode) === 'retelling' ? 'It says exactly what you write.' : 'It answers what you write.'}
      </p>
    </div>
  );
}
