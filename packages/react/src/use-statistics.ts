import type { Statistics } from '@avatarwire/core';
import { useEffect, useState } from 'react';
import { isJoined } from './is-joined';
import { useAvatarSession } from './use-avatar-session';
import { useAvatarState } from './use-avatar-state';

/**
 * What the provider measured last; undefined until the first measurement of a connection, and where it measures
 * nothing. Renders at each: keep it in a component of its own.
 *
 * @param options.everyMs at least 250. @default 1000
 * @throws AvatarError `invalid-argument` without a provider above
 */
export function useStatistics({
  everyMs = 1_000,
}: {
  readonly everyMs?: number;
} = {}): Statistics | undefined {
  const session = useAvatarSession();
  const joined = useAvatarState(({ state }) => isJoined(state));
  const [latest, setLatest] = useState<Statistics>();

  useEffect(() => {
    if (!joined) return;
    const stop = session.onStatistics(setLatest, { everyMs });
    return () => {
      stop();
      setLatest(undefined);
    };
  }, [session, joined, everyMs]);
  return latest;
}
