import type { CameraFacing, VideoQuality } from '@avatarwire/core';
import { VIDEO_QUALITIES } from '@avatarwire/core/media';
import { useCamera } from '@avatarwire/react';
import { Video, VideoOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { useProblems } from '../session/problems-context';
import { useShortcut } from '../shortcuts/use-shortcut';
import { PopoverPart } from '../ui/popover';
import { Segmented } from '../ui/segmented';
import { DeviceList } from './device-list';
import { wordOf } from './device-texts';
import { SplitControl } from './split-control';

export function CameraControl(): ReactNode {
  const { state, toggle } = useCamera();
  useShortcut('v', toggle);
  return (
    <SplitControl
      label="Camera"
      word={wordOf(state)}
      pressed={state.status === 'on'}
      shortcut="v"
      onPress={toggle}
      options={<CameraOptions />}
    >
      {state.status === 'on' ? <Video aria-hidden /> : <VideoOff aria-hidden />}
    </SplitControl>
  );
}

const qualities = [
  { value: 'low', label: 'Low' },
  { value: 'medium', label: 'Medium' },
  { value: 'high', label: 'High' },
] as const satisfies readonly { readonly value: VideoQuality; readonly label: string }[];

const sides = [
  { value: 'user', label: 'Towards me' },
  { value: 'environment', label: 'Away' },
] as const satisfies readonly { readonly value: CameraFacing; readonly label: string }[];

const onPhone = matchMedia('(pointer: coarse)');

function CameraOptions(): ReactNode {
  const { state, choose, setFacing, setQuality } = useCamera({ watch: true });
  const { attempt } = useProblems();
  const quality = state.quality ?? 'medium';
  const { width, height, framesPerSecond, bitsPerSecond } = VIDEO_QUALITIES[quality];
  return (
    <>
      <PopoverPart title="Camera">
        <DeviceList
          label="Camera"
          devices={state.devices}
          chosenId={state.chosenId}
          onChoose={(id) => void attempt(() => choose(id))}
        />
      </PopoverPart>
      {onPhone.matches && (
        <PopoverPart title="It looks">
          <Segmented
            label="Facing"
            value={state.facing ?? 'user'}
            options={sides}
            onChange={(facing) => void attempt(() => setFacing(facing))}
          />
        </PopoverPart>
      )}
      <PopoverPart title="Quality">
        <Segmented
          label="Quality"
          value={quality}
          options={qualities}
          onChange={(wanted) => void attempt(() => setQuality(wanted))}
        />
        <p className="tabular text-xs text-ink-3">
          {width} × {height}, {framesPerSecond} a second, at most {bitsPerSecond / 1_000} kbit/s
        </p>
      </PopoverPart>
    </>
  );
}
