import { systemClock } from '@avatarwire/core';
import { useAvatarSession } from '@avatarwire/react';
import { type ReactNode, useEffect, useState } from 'react';
import { useCaptionSwitch } from './caption-switch';
import { createCaptionTrack } from './caption-track';

/** Over the picture, in the same two colours by day and by night. */
export function Captions(): ReactNode {
  const [on] = useCaptionSwitch();
  const cue = useCue();
  if (!on || cue === undefined) return <span className="flex-1" />;
  return (
    <div className="flex min-w-0 flex-1 justify-center">
      {/* The same words stand in the transcript, where a screen reader finds them whole. */}
      <p
        aria-hidden
        data-testid="captions"
        dir="auto"
        className="max-w-[36ch] rounded-control bg-[#101214]/88 px-[0.7em] py-[0.3em] text-center text-caption font-medium text-balance text-[#fdfdfb] [overflow-wrap:anywhere]"
      >
        {cue}
      </p>
    </div>
  );
}

/** Followed also while they are off, so that they come in at the right word. */
function useCue(): string | undefined {
  const session = useAvatarSession();
  const [cue, setCue] = useState<string>();
  useEffect(() => {
    const track = createCaptionTrack(systemClock, setCue);
    const follow = () => track.follow(session.getSnapshot());
    follow();
    const undo = session.subscribe(follow);
    return () => {
      undo();
      track.close();
    };
  }, [session]);
  return cue;
}
