import { useMicrophone, useMicrophoneLevel, usePushToTalk } from '@avatarwire/react';
import { Mic, MicOff } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { useProblems } from '../session/problems-context';
import { useShortcut } from '../shortcuts/use-shortcut';
import { Button } from '../ui/button';
import { PopoverPart } from '../ui/popover';
import { DeviceList } from './device-list';
import { wordOf } from './device-texts';
import { NoiseSwitch, type NoiseSwitchProps } from './noise-switch';
import { SplitControl } from './split-control';
import { useTalkKey } from './use-talk-key';

/** On and muted by one button; held, the space bar talks. */
export function MicrophoneControl(noise: NoiseSwitchProps): ReactNode {
  const { state, enable, setMuted } = useMicrophone();
  const pushToTalk = usePushToTalk();
  const heard = state.status === 'on' && !state.muted;
  useTalkKey(pushToTalk, !heard);

  const press = () => {
    if (state.status !== 'off') return void setMuted(!state.muted);
    void setMuted(false);
    void enable();
  };
  useShortcut('m', press);

  const word = pushToTalk.talking && heard ? ({ word: 'Talking', tone: 'sends' } as const) : wordOf(state);
  return (
    <SplitControl
      label="Microphone"
      word={word}
      pressed={heard}
      shortcut="m"
      onPress={press}
      options={<MicrophoneOptions {...noise} />}
    >
      {heard ? <Mic aria-hidden /> : <MicOff aria-hidden />}
      {state.status === 'on' && <Level />}
    </SplitControl>
  );
}

/** Written to the element: twenty times a second is nothing for React. */
function Level(): ReactNode {
  const bar = useRef<HTMLSpanElement>(null);
  useMicrophoneLevel((level) => {
    bar.current?.style.setProperty('transform', `scaleX(${level.toFixed(2)})`);
  });
  return (
    <span
      ref={bar}
      aria-hidden
      data-testid="level"
      className="absolute inset-x-1.5 bottom-1 h-[3px] origin-left scale-x-0 bg-current transition-transform duration-75"
    />
  );
}

function MicrophoneOptions(noise: NoiseSwitchProps): ReactNode {
  const { state, choose, disable } = useMicrophone({ watch: true });
  const { attempt } = useProblems();
  return (
    <>
      <PopoverPart title="Microphone">
        <DeviceList
          label="Microphone"
          devices={state.devices}
          chosenId={state.chosenId}
          onChoose={(id) => void attempt(() => choose(id))}
        />
      </PopoverPart>
      <PopoverPart>
        <NoiseSwitch {...noise} />
      </PopoverPart>
      <PopoverPart>
        <p className="text-xs text-pretty text-ink-3 pointer-coarse:hidden">
          Hold <kbd className="rounded-[2px] border border-line-2 px-1 font-sans text-2xs">Space</kbd> to talk
          while it is off or muted.
        </p>
        {state.status !== 'off' && (
          <Button size="small" className="self-start" onClick={() => void disable()}>
            <MicOff aria-hidden className="size-4" /> Turn it off
          </Button>
        )}
      </PopoverPart>
    </>
  );
}
