import { useAvatarSession } from '@avatarwire/react';
import type { ReactNode } from 'react';
import { usePhase } from '../session/connection';
import { useProblems } from '../session/problems-context';
import { Button } from '../ui/button';

const questions = ['What can you do?', 'Tell me a short story.', 'How does text reach you?'];

/** Before the first message: what will stand here, and something to begin with. */
export function Starters(): ReactNode {
  const session = useAvatarSession();
  const { attempt } = useProblems();
  const live = usePhase() === 'live';
  return (
    <div className="flex flex-1 flex-col items-start justify-end gap-2 px-5 pb-5 text-sm text-ink-3 max-md:px-4">
      {live ? (
        questions.map((question) => (
          <Button key={question} size="small" onClick={() => void attempt(() => session.ask(question))}>
            {question}
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
