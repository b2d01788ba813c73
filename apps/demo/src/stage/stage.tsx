import { useAvatarState } from '@avatarwire/react';
import { type ReactNode, useState } from 'react';
import { initialBackground } from '../background/background-settings';
import type { GreenScreen } from '../background/green-screen';
import { Picture } from '../background/picture';
import { Captions } from '../captions/captions';
import type { ChoiceText } from '../choice/choice-text';
import { SelfView } from '../devices/self-view';
import { usePhase } from '../session/connection';
import { Notices } from './notices';
import { PictureTools } from './picture-tools';
import { useRefused } from './sound-button';
import { StageOverlay } from './stage-overlay';
import { StandInBadge } from './stand-in';

interface StageProps {
  readonly text: ChoiceText;
  /** Of an avatar that is drawn in this page. */
  readonly greenScreen: GreenScreen | undefined;
  readonly onUseSimulator?: () => void;
}

/** The avatar, what belongs to its picture, and over it whatever has to be said while there is none. */
export function Stage({ text, greenScreen, onUseSimulator }: StageProps): ReactNode {
  const phase = usePhase();
  const pictured = useAvatarState(({ avatar }) => avatar.video);
  const [background, setBackground] = useState(initialBackground);
  const refused = useRefused() === 'picture';
  const visible = (phase === 'live' || phase === 'reconnecting') && pictured && !refused;

  return (
    <section
      aria-label="Avatar"
      className="@container relative min-h-0 flex-1 overflow-hidden bg-sunken max-md:flex-none max-md:h-[min(62vw,34dvh)] max-md:short:h-56"
    >
      <Picture background={background} visible={visible} stale={phase === 'reconnecting'} />
      <StageOverlay text={text} phase={phase} pictured={pictured} onUseSimulator={onUseSimulator} />
      <div className="pointer-events-none absolute inset-0 flex flex-col justify-between">
        {visible && (
          <div className="flex items-start justify-end gap-2 p-3 *:pointer-events-auto max-md:p-2">
            {text.standIn !== undefined && <StandInBadge standIn={text.standIn} />}
            <PictureTools
              background={background}
              onBackground={(next) => {
                greenScreen?.(next.picture !== 'sent');
                setBackground(next);
              }}
              drawnHere={greenScreen !== undefined}
            />
          </div>
        )}
        <div className="mt-auto">
          {visible && (
            // On a phone oneself is at the top: the captions need all of the width.
            <div className="flex items-end gap-3 p-3 max-md:p-2">
              <Captions />
              <SelfView />
            </div>
          )}
          <Notices simulated={text.simulated} />
        </div>
      </div>
    </section>
  );
}
