import { useEffect } from 'react';
import { useAvatarSession } from './use-avatar-session';
import { useLatest } from './use-latest';

/**
 * Calls `onLevel` with how loud the microphone is, 0 to 1, about 20 times a second while it is on and this is mounted.
 * Renders nothing: write to an element in it. It may be written inline; the last one rendered is called.
 *
 * @throws AvatarError `invalid-argument` without a provider above
 */
export function useMicrophoneLevel(onLevel: (level: number) => void): void {
  const session = useAvatarSession();
  const latest = useLatest(onLevel);
  useEffect(() => session.microphone.onLevel((level) => latest.current(level)), [session, latest]);
}
