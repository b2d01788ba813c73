import type { AvatarSession } from '@avatarwire/core';
import { useSessionHolder } from './session-context';

/**
 * The session, to call. It is the same object for the whole life of its provider, so reading it causes no render;
 * what changes is read with `useAvatarState`.
 *
 * @throws AvatarError `invalid-argument` without a provider above
 */
export function useAvatarSession(): AvatarSession {
  return useSessionHolder('useAvatarSession').get();
}
