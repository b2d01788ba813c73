import type { AvatarSession, SessionSnapshot } from '@avatarwire/core';
import { useAvatarSession, useAvatarState } from '@avatarwire/react';
import { useCallback } from 'react';
import { type Attempt, useProblems } from './problems-context';

export type Phase =
  | 'idle'
  | 'connecting'
  | 'waiting'
  | 'live'
  | 'reconnecting'
  | 'ending'
  | 'ended'
  | 'failed';

/** What the page shows: the session's state, with an ending told apart from a failure. */
export function phaseOf({ state, closed }: SessionSnapshot): Phase {
  if (state === 'closing') return 'ending';
  if (state !== 'closed') return state;
  return closed?.error === undefined && closed?.reason !== 'connect-failed' ? 'ended' : 'failed';
}

export const usePhase = (): Phase => useAvatarState(phaseOf);

/** Connecting and ending, for buttons. */
export function useConnection(): { connect(): void; end(): void } {
  const session = useAvatarSession();
  const { attempt } = useProblems();
  const connect = useCallback(() => void begin(session, attempt), [session, attempt]);
  const end = useCallback(() => void session.close(), [session]);
  return { connect, end };
}

async function begin(session: AvatarSession, attempt: Attempt): Promise<void> {
  try {
    await session.connect();
  } catch {
    // Shown on the stage: the snapshot holds the reason.
    return;
  }
  const { mode, can } = session.getSnapshot();
  // The avatar's own default is not known, so the page says which mode it wants.
  if (mode === undefined && can.setParams) await attempt(() => session.setParams({ mode: 'dialogue' }));
}
