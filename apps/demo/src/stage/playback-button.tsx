import { useAvatarSession, useAvatarState } from '@avatarwire/react';
import { Volume2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useProblems } from '../session/problems-context';
import { Button } from '../ui/button';

/** Browsers refuse sound before a click; this is the click. */
export function PlaybackButton(): ReactNode {
  const session = useAvatarSession();
  const { attempt } = useProblems();
  const blocked = useAvatarState(({ playback }) => playback === 'blocked');
  if (!blocked) return null;
  return (
    <Button
      look="solid"
      className="absolute right-4 bottom-4 shadow-lg"
      onClick={() => void attempt(() => session.resumePlayback())}
    >
      <Volume2 aria-hidden className="size-4" /> Turn the sound on
    </Button>
  );
}
