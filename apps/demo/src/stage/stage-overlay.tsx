import { useAvatarState } from '@avatarwire/react';
import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ChoiceText } from '../choice/choice-text';
import { type Phase, useConnection } from '../session/connection';
import { endingTexts } from '../session/error-texts';
import { explain } from '../session/problems';
import { Button } from '../ui/button';
import { classNames } from '../ui/class-names';
import { useFocusIfLost } from '../ui/use-focus-if-lost';
import { SoundButton, useRefused } from './sound-button';
import { StandInNote } from './stand-in';
import { Wire } from './wire';

interface StageOverlayProps {
  readonly text: ChoiceText;
  readonly phase: Phase;
  readonly pictured: boolean;
  /** Absent while the simulator is what is used. */
  readonly onUseSimulator: (() => void) | undefined;
}

export function StageOverlay({ text, phase, pictured, onUseSimulator }: StageOverlayProps): ReactNode {
  const { connect } = useConnection();
  const refused = useRefused();
  const { place, idle, standIn } = text;

  switch (phase) {
    case 'idle':
      return (
        <Cover>
          <h2 className="max-w-[15ch] text-hero font-semibold tracking-[-0.03em] text-balance">
            Talk with an avatar. <span className="text-ink-3">See every packet.</span>
          </h2>
          <p
            className={classNames(
              'max-w-[46ch] text-base text-pretty text-ink-2 max-md:text-sm',
              // Where there is no room for both, what is not the real thing matters more.
              standIn !== undefined && 'max-xl:hidden',
            )}
          >
            {idle}
          </p>
          <Button look="solid" size="large" className="max-md:h-10" onClick={connect}>
            Connect <ArrowRight aria-hidden className="size-4" />
          </Button>
          {standIn !== undefined && <StandInNote {...standIn} />}
          <Wire
            className={classNames(
              'text-line-2 max-md:hidden',
              standIn !== undefined && 'max-xl:hidden [@media(height<52rem)]:hidden',
            )}
          />
        </Cover>
      );
    case 'connecting':
    case 'waiting':
      return (
        <Cover>
          <p className="caption">{place}</p>
          <p className="text-xl font-semibold tracking-[-0.02em]">
            {phase === 'connecting' ? 'Connecting' : 'Waiting for the avatar'}
          </p>
          <Wire className="text-accent" travelling />
        </Cover>
      );
    case 'live':
      if (refused === 'picture') {
        return (
          <Cover>
            <div className="flex flex-col gap-2">
              <p className="text-xl font-semibold tracking-[-0.02em]">The avatar is here</p>
              <p className="max-w-[46ch] text-base text-pretty text-ink-2 max-md:text-sm">
                The browser waits for a click before it lets a page speak.
              </p>
            </div>
            <SoundButton />
          </Cover>
        );
      }
      return pictured ? null : (
        <Cover>
          <p className="text-xl font-semibold tracking-[-0.02em]">Connected</p>
          <p className="text-base text-ink-2">The avatar is here; its picture is on the way.</p>
          <Wire className="text-accent" travelling />
        </Cover>
      );
    case 'reconnecting':
      // The picture of before stays, and a notice says it.
      return null;
    case 'ending':
      return (
        <Cover>
          <p className="text-xl font-semibold tracking-[-0.02em]">Ending the session</p>
        </Cover>
      );
    case 'ended':
    case 'failed':
      return <Ending failed={phase === 'failed'} connect={connect} onUseSimulator={onUseSimulator} />;
  }
}

interface EndingProps {
  readonly failed: boolean;
  readonly connect: () => void;
  readonly onUseSimulator: (() => void) | undefined;
}

function Ending({ failed, connect, onUseSimulator }: EndingProps): ReactNode {
  const closed = useAvatarState((snapshot) => snapshot.closed);
  const again = useFocusIfLost<HTMLButtonElement>(true);
  const error = closed?.error;
  const { title, remedy } = error === undefined ? endingTexts[closed?.reason ?? 'requested'] : explain(error);

  return (
    <Cover>
      <div role={failed ? 'alert' : 'status'} className="flex flex-col gap-2">
        <h2
          className={
            failed
              ? 'text-xl font-semibold tracking-[-0.02em] text-bad'
              : 'text-xl font-semibold tracking-[-0.02em]'
          }
        >
          {title}
        </h2>
        <p className="max-w-[52ch] text-base text-ink-2">{remedy}</p>
        {error !== undefined && (
          <p className="max-h-24 max-w-[64ch] overflow-y-auto border-l-2 border-bad pl-3 font-mono text-xs text-ink-2 [overflow-wrap:anywhere]">
            {explain(error).detail} <span className="text-ink-3">[{error.code}]</span>
          </p>
        )}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button look="solid" ref={again} onClick={connect}>
          {failed ? 'Try again' : 'Connect again'}
        </Button>
        {failed && onUseSimulator !== undefined && (
          <Button onClick={onUseSimulator}>Use the simulator</Button>
        )}
      </div>
    </Cover>
  );
}

function Cover({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <div className="absolute inset-0 flex flex-col items-start justify-center-safe gap-5 overflow-y-auto bg-surface px-[max(1.25rem,7cqi)] py-6 motion-safe:animate-[arrive_240ms_ease-out] max-md:gap-3">
      {children}
    </div>
  );
}
