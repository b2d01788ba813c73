import { useAvatarSession } from '@avatarwire/react';
import { type ReactNode, useState } from 'react';
import { useProblems } from '../session/problems-context';
import { Switch } from '../ui/switch';
import { noiseSuppression } from './noise';

/** Kept by whoever outlives the panel: the session goes on with it. */
export interface NoiseSwitchProps {
  readonly noise: boolean;
  readonly onNoise: (suppressed: boolean) => void;
}

/** What stands is what was asked for last, and only once it works. */
export function NoiseSwitch({ noise, onNoise }: NoiseSwitchProps): ReactNode {
  const { microphone } = useAvatarSession();
  const { attempt } = useProblems();
  const [pending, setPending] = useState<boolean>();

  const change = async (wanted: boolean) => {
    setPending(wanted);
    const done = await attempt(async () => {
      await microphone.use(wanted ? await noiseSuppression() : undefined);
      return true;
    });
    setPending(undefined);
    if (done) onNoise(wanted);
  };
  return (
    <Switch
      label="Noise suppression"
      note="RNNoise, in this page. Fans and keys go, your voice stays."
      on={pending ?? noise}
      disabled={pending !== undefined}
      onChange={(wanted) => void change(wanted)}
    />
  );
}
