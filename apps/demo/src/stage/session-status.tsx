import { useAvatarState } from '@avatarwire/react';
import { type ReactNode, useEffect, useState } from 'react';
import { type Phase, usePhase } from '../session/connection';
import { classNames } from '../ui/class-names';
import { clock } from '../ui/format';
import { useNow } from '../ui/use-now';

const words: Readonly<Record<Phase, string>> = {
  idle: 'Idle',
  connecting: 'Connecting',
  waiting: 'Waiting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  ending: 'Ending',
  ended: 'Ended',
  failed: 'Failed',
};

/** The state in a word, how long the session has been going and how long it may go on. */
export function SessionStatus(): ReactNode {
  const phase = usePhase();
  const expiresAt = useAvatarState((snapshot) => snapshot.expiresAt);
  const running = phase === 'live' || phase === 'waiting' || phase === 'reconnecting';
  const since = useStartOf(running);
  const now = useNow(1_000, running);
  const left = expiresAt === undefined ? undefined : expiresAt - now;

  return (
    <p className="tabular flex items-center gap-2 text-sm whitespace-nowrap">
      <span
        aria-hidden
        className={classNames(
          'size-2 rounded-full',
          phase === 'live'
            ? 'bg-accent'
            : phase === 'failed'
              ? 'bg-bad'
              : phase === 'reconnecting'
                ? 'bg-warn'
                : 'border-[1.5px] border-line-2',
        )}
      />
      <span data-testid="state" className="font-semibold">
        {words[phase]}
      </span>
      {running && since !== undefined && <span className="text-ink-2">{clock(now - since)}</span>}
      {running && left !== undefined && (
        <span className={classNames('max-lg:hidden', left < 60_000 ? 'text-warn' : 'text-ink-3')}>
          {clock(left)} left
        </span>
      )}
    </p>
  );
}

function useStartOf(running: boolean): number | undefined {
  const [since, setSince] = useState<number>();
  useEffect(() => setSince(running ? Date.now() : undefined), [running]);
  return since;
}
