import type { SessionEvents } from '@avatarwire/core';
import { useEffect } from 'react';
import { useAvatarSession } from './use-avatar-session';
import { useLatest } from './use-latest';

/**
 * Calls `handler` at each such event while mounted; causes no render. It may be written inline; the last one rendered
 * is called. What is state, and no event, is read with `useAvatarState`.
 *
 * @throws AvatarError `invalid-argument` without a provider above
 */
export function useAvatarEvent<E extends keyof SessionEvents>(
  event: E,
  handler: (payload: SessionEvents[E]) => void,
): void {
  const session = useAvatarSession();
  const latest = useLatest(handler);
  useEffect(() => session.on(event, (payload) => latest.current(payload)), [session, event, latest]);
}
