import type { ReactNode } from 'react';
import { BackgroundControl } from '../background/background-control';
import type { Background } from '../background/background-settings';
import { CaptionsButton } from '../captions/captions-button';
import { SpeakerControl } from '../devices/speaker-control';

interface PictureToolsProps {
  readonly background: Background;
  readonly onBackground: (background: Background) => void;
  readonly drawnHere: boolean;
}

/** What concerns the avatar's own picture and voice; the bar below it is what goes to the avatar. */
export function PictureTools({ background, onBackground, drawnHere }: PictureToolsProps): ReactNode {
  return (
    <fieldset aria-label="Picture and sound" className="flex gap-1.5">
      <CaptionsButton />
      <BackgroundControl background={background} onChange={onBackground} drawnHere={drawnHere} />
      <SpeakerControl />
    </fieldset>
  );
}
