import { useAvatarSession, useAvatarState } from '@avatarwire/react';
import { Hand, PhoneOff } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { CameraControl } from '../devices/camera-control';
import { MicrophoneControl } from '../devices/microphone-control';
import { ScreenControl } from '../devices/screen-control';
import { NetworkControl } from '../network/network-control';
import { useConnection, usePhase } from '../session/connection';
import { useProblems } from '../session/problems-context';
import { useCan, useServiceFacts } from '../session/service-facts';
import { Button } from '../ui/button';
import { somethingIsOpen } from '../ui/in-field';
import { SpeakingSign } from './speaking-sign';
import { TimingsLine } from './timings-line';

interface CallBarProps {
  readonly place: string;
  /** The network's name. */
  readonly network: string;
}

/** What is always at hand below the avatar: end, interrupt, and what goes to the avatar of oneself. */
export function CallBar({ place, network }: CallBarProps): ReactNode {
  const phase = usePhase();
  const { end } = useConnection();
  const { name } = useServiceFacts();
  const can = useCan();
  const interrupt = useInterrupt();
  const [noise, setNoise] = useState(false);
  const open = phase === 'connecting' || phase === 'waiting' || phase === 'live' || phase === 'reconnecting';

  return (
    <div className="@container shrink-0 border-t border-line">
      <div className="flex h-14 items-center gap-2 px-4 max-md:h-13 max-sm:gap-1.5 max-[24rem]:gap-1 max-[24rem]:px-3">
        {open ? (
          <>
            <Button onClick={end} className="hover:border-bad hover:text-bad max-sm:px-3 max-[24rem]:px-2">
              <PhoneOff aria-hidden className="size-4" /> {phase === 'connecting' ? 'Cancel' : 'End'}
            </Button>
            {can.interrupt ? (
              <Button
                onClick={interrupt.run}
                disabled={!interrupt.possible}
                aria-label="Interrupt"
                aria-keyshortcuts="Escape"
                title="Interrupt (Esc)"
                className="max-sm:size-10 max-sm:px-0"
              >
                <Hand aria-hidden className="size-4" />
                <span className="max-sm:hidden">Interrupt</span>
                <kbd className="hidden rounded-[2px] border border-line-2 px-1 font-sans text-2xs text-ink-3 @2xl:inline">
                  Esc
                </kbd>
              </Button>
            ) : (
              <p data-testid="no-interrupt" className="px-2 text-xs text-pretty text-ink-3 max-sm:hidden">
                {name} cannot be interrupted
              </p>
            )}
            <fieldset
              aria-label="Your devices"
              className="ml-1 flex gap-2 max-sm:gap-1.5 max-[24rem]:ml-0 max-[24rem]:gap-1 empty:hidden"
            >
              {can.microphone && <MicrophoneControl noise={noise} onNoise={setNoise} />}
              {can.camera && <CameraControl />}
              {can.screen && <ScreenControl />}
            </fieldset>
            <SpeakingSign />
            <div className="ml-auto flex min-w-0 items-center gap-3">
              <TimingsLine />
              <NetworkControl network={network} />
            </div>
          </>
        ) : (
          <p className="truncate text-sm text-ink-3">{place}</p>
        )}
      </div>
    </div>
  );
}

/** Interrupting, by the button and by the Escape key anywhere on the page. */
function useInterrupt(): { readonly possible: boolean; readonly run: () => void } {
  const session = useAvatarSession();
  const { attempt } = useProblems();
  const possible = useAvatarState(({ state, can }) => state === 'live' && can.interrupt);
  const run = useCallback(() => void attempt(() => session.interrupt()), [attempt, session]);

  useEffect(() => {
    if (!possible) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.repeat) return;
      // It takes back a word that an input method is composing.
      if (event.isComposing) return;
      // It closes that, and nothing else.
      if (!somethingIsOpen()) run();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [possible, run]);
  return { possible, run };
}
