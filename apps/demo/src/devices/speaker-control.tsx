import { useSpeaker } from '@avatarwire/react';
import { Volume2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useProblems } from '../session/problems-context';
import { IconButton } from '../ui/icon-button';
import { Popover, PopoverPart } from '../ui/popover';
import { DeviceList } from './device-list';

export function SpeakerControl(): ReactNode {
  return (
    <Popover
      edge="right"
      label="Speaker options"
      button={(opens) => (
        <IconButton label="Speaker" size="small" {...opens}>
          <Volume2 aria-hidden />
        </IconButton>
      )}
    >
      <SpeakerOptions />
    </Popover>
  );
}

function SpeakerOptions(): ReactNode {
  const { state, choose } = useSpeaker({ watch: true });
  const { attempt } = useProblems();
  return (
    <PopoverPart title="The avatar speaks on">
      {state.choosable ? (
        <DeviceList
          label="Speaker"
          devices={state.devices}
          chosenId={state.chosenId}
          onChoose={(id) => void attempt(() => choose(id))}
        />
      ) : (
        <p className="text-sm text-pretty text-ink-2">
          The system’s own choice. This browser lets no page choose another.
        </p>
      )}
    </PopoverPart>
  );
}
