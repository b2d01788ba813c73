import type { SessionSnapshot } from '@avatarwire/core';
import { isJoined } from './is-joined';
import { useAvatarState } from './use-avatar-state';
import { useTimeLeft } from './use-time-left';

export interface SessionClock {
  /** Until the paid session runs out, in whole steps of `everyMs`, rounded up. Absent where that is not known. */
  readonly timeLeftMs?: number;
  /** Until the session ends for `idle` unless a word is said. Absent while one is said, and where it never does. */
  readonly idleLeftMs?: number;
  /** Which of the two ends it soon: there from the notice before it on. `session.keepOpen()` averts `idle`. */
  readonly ending?: 'expired' | 'idle';
}

/**
 * How long the session has left. Renders every `everyMs` while something counts and the page is visible: keep it in a
 * component of its own.
 *
 * @param options `everyMs`: in milliseconds, 100 to an hour. @default 1000
 * @throws AvatarError `invalid-argument` without a provider above, or naming `everyMs`
 */
export function useSessionClock({ everyMs = 1_000 }: { readonly everyMs?: number } = {}): SessionClock {
  const timeLeftMs = useTimeLeft(useAvatarState(whileJoined('expiresAt')), everyMs);
  const idleLeftMs = useTimeLeft(useAvatarState(whileJoined('idleEndsAt')), everyMs);
  const ending = useAvatarState((snapshot) => snapshot.ending?.reason);
  return {
    ...(timeLeftMs !== undefined && { timeLeftMs }),
    ...(idleLeftMs !== undefined && { idleLeftMs }),
    ...(ending && { ending }),
  };
}

function whileJoined(field: 'expiresAt' | 'idleEndsAt') {
  return (snapshot: SessionSnapshot) => (isJoined(snapshot.state) ? snapshot[field] : undefined);
}
