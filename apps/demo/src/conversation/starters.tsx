import type { ReactNode } from 'react';
import { usePhase } from '../session/connection';
import { useProblems } from '../session/problems-context';
import { useSayMode } from '../session/say-mode';
import { useCan } from '../session/service-facts';
import { Button } from '../ui/button';

const beginnings = {
  dialogue: ['What can you do?', 'Tell me a short story.', 'How does text reach you?'],
  retelling: [
    'Hello! It is good to see you.',
    'I say what I am given, word for word.',
    'One small step for a man.',
  ],
} as const;

/** Before the first message: what will stand here, and something to begin with. */
export function Starters(): ReactNode {
  const { attempt } = useProblems();
  const { mode, say } = useSayMode();
  const { ask, speak } = useCan();
  const live = usePhase() === 'live';
  return (
    <div className="flex flex-1 flex-col items-start justify-end gap-2 px-5 pb-5 text-sm text-ink-3 max-md:px-4">
      {live && (ask || speak) ? (
        beginnings[mode].map((text) => (
          <Button key={text} size="small" onClick={() => void attempt(() => say(text))}>
            {text}
          </Button>
        ))
      ) : (
        <p className="max-w-[34ch]">
          What you and the avatar say appears here, word by word as it arrives, with the delivery of each
          message.
        </p>
      )}
    </div>
  );
}
