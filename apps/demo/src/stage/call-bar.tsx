import { useAvatarSession, useAvatarState } from '@avatarwire/react';
import { Hand, PhoneOff } from 'lucide-react';
import { type ReactNode, useCallback, useEffect } from 'react';
import { useConnection, usePhase } from '../session/connection';
import { useProblems } from '../session/problems-context';
import { useCan, useServiceFacts } from '../session/service-facts';
import { Button } from '../ui/button';
import { QualitySign } from './quality-sign';
import { SpeakingSign } from './speaking-sign';
import { TimingsLine } from './timings-line';

/** What is always at hand below the avatar: interrupt, end, and who is speaking. */
export function CallBar({ place }: { readonly place: string }): ReactNode {
  const phase = usePhase();
  const { end } = useConnection();
  const { name } = useServiceFacts();
  const can = useCan();
  const interrupt = useInterrupt();
  const open = phase === 'connecting' || phase === 'waiting' || phase === 'live' || phase === 'reconnecting';

  return (
    <div className="flex h-14 shrink-0 items-center gap-2 border-t border-line px-4 max-md:h-13">
      {open ? (
        <>
          <Button onClick={end} className="hover:border-bad hover:text-bad">
            <PhoneOff aria-hidden className="size-4" /> {phase === 'connecting' ? 'Cancel' : 'End'}
          </Button>
          {can.interrupt ? (
            <Button onClick={interrupt.run} disabled={!interrupt.possible} aria-keyshortcuts="Escape">
              <Hand aria-hidden className="size-4" /> Interrupt
              <kbd className="hidden rounded-[2px] border border-line-2 px-1 font-sans text-2xs text-ink-3 sm:inline">
                Esc
              </kbd>
            </Button>
          ) : (
            <p data-testid="no-interrupt" className="px-2 text-xs text-ink-3">
              {name} cannot be interrupted
            </p>
          )}
          <SpeakingSign />
        </>
      ) : (
        <p className="truncate text-sm text-ink-3">{place}</p>
      )}
      <div className="ml-auto flex min-w-0 items-center gap-4">
        <TimingsLine />
        <QualitySign />
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
      if (event.key === 'Escape' && !event.defaultPrevented && !event.repeat) run();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [possible, run]);
  return { possible, run };
}
