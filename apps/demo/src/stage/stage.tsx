import { AvatarVideo, useAvatarState } from '@avatarwire/react';
import type { ReactNode } from 'react';
import type { ChoiceText } from '../choice/choice-text';
import { usePhase } from '../session/connection';
import { classNames } from '../ui/class-names';
import { PlaybackButton } from './playback-button';
import { StageOverlay } from './stage-overlay';
import { StandInBadge } from './stand-in';

/** The avatar, and over it whatever has to be said while there is no picture. */
export function Stage({
  text,
  onUseSimulator,
}: {
  readonly text: ChoiceText;
  readonly onUseSimulator?: () => void;
}): ReactNode {
  const phase = usePhase();
  const pictured = useAvatarState(({ avatar }) => avatar.video);
  const visible = (phase === 'live' || phase === 'reconnecting') && pictured;

  return (
    <section
      aria-label="Avatar"
      className="@container relative min-h-0 flex-1 overflow-hidden bg-sunken max-md:flex-none max-md:h-[min(62vw,34dvh)]"
    >
      <AvatarVideo
        autoPlay
        aria-label="The avatar"
        className={classNames(
          'absolute inset-0 size-full object-cover object-[50%_30%] transition-opacity duration-500',
          visible ? 'opacity-100' : 'opacity-0',
        )}
      />
      <StageOverlay text={text} phase={phase} pictured={pictured} onUseSimulator={onUseSimulator} />
      {visible && text.standIn !== undefined && (
        <StandInBadge standIn={text.standIn} className="absolute top-3 right-3" />
      )}
      <PlaybackButton />
    </section>
  );
}
