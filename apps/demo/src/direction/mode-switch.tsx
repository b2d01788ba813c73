import { useAvatarState } from '@avatarwire/react';
import type { ReactNode } from 'react';
import { useSayMode } from '../session/say-mode';
import { Segmented } from '../ui/segmented';

const options = [
  { value: 'dialogue', label: 'Dialogue' },
  { value: 'retelling', label: 'Retelling' },
] as const;

/** Shows what was asked for at once, and what the avatar acknowledged as soon as that is known. */
export function ModeSwitch(): ReactNode {
  const { mode, choose } = useSayMode();
  const live = useAvatarState(({ state }) => state === 'live');
  return (
    <div className="flex flex-col gap-1.5">
      <span aria-hidden className="caption">
        Mode
      </span>
      <Segmented
        label="Mode"
        value={mode}
        options={options}
        disabled={!live}
        onChange={(next) => void choose(next)}
      />
      <p className="text-xs text-ink-3 max-xl:hidden">
        {mode === 'retelling' ? 'It says exactly what you write.' : 'It answers what you write.'}
      </p>
    </div>
  );
}
