import { useAvatarState } from '@avatarwire/react';
import type { ReactNode } from 'react';

const delays = [0, 180, 60, 240];

/** Who is speaking. Keeps its place while nobody is. */
export function SpeakingSign(): ReactNode {
  const speaking = useAvatarState(({ state, avatar }) => state === 'live' && avatar.speaking);
  return (
    <p
      aria-live="off"
      data-testid="speaking"
      className="flex min-w-0 items-center gap-2 overflow-hidden px-2 text-sm font-medium whitespace-nowrap text-accent max-sm:hidden"
    >
      {speaking && (
        <>
          <span aria-hidden className="flex h-4 items-center gap-[3px]">
            {delays.map((delay) => (
              <span
                key={delay}
                className="h-full w-[2.5px] origin-center scale-y-50 bg-accent motion-safe:animate-[speak_720ms_ease-in-out_infinite]"
                style={{ animationDelay: `${delay}ms` }}
              />
            ))}
          </span>
          <span className="sr-only @2xl:not-sr-only">Avatar is speaking</span>
        </>
      )}
    </p>
  );
}
