import { useAvatarSession, useAvatarState } from '@avatarwire/react';
import { Volume2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useProblems } from '../session/problems-context';
import { Button } from '../ui/button';

/** Browsers refuse sound before a click; this is the click. */
export function SoundButton(): ReactNode {
  const session = useAvatarSession();
  const { attempt } = useProblems();
  return (
    <Button look="solid" onClick={() => void attempt(() => session.resumePlayback())}>
      <Volume2 aria-hidden className="size-4" /> Turn the sound on
    </Button>
  );
}

/** What the browser keeps back before a click: the sound, where an SDK plays it, else the picture with it. */
export function useRefused(): 'nothing' | 'sound' | 'picture' {
  const session = useAvatarSession();
  const blocked = useAvatarState(({ playback }) => playback === 'blocked');
  if (!blocked) return 'nothing';
  return session.transport?.capabilities.playsAudio === true ? 'sound' : 'picture';
}
