import type { SpeakerState } from '@avatarwire/core';
import { useEffect, useMemo } from 'react';
import { quietly } from './quietly';
import { useAvatarSession } from './use-avatar-session';
import { useAvatarState } from './use-avatar-state';
import type { DeviceOptions } from './use-device';

/** The function keeps its identity; the object is another one only when `state` is. */
export interface SpeakerControls {
  readonly state: SpeakerState;
  /** @see Speaker.choose */
  choose(deviceId: string | undefined): Promise<void>;
}

/**
 * Where the avatar's sound comes out. Renders when that, or what there is to choose from, changes. A rejection that
 * nobody awaits is no unhandled one.
 *
 * @throws AvatarError `invalid-argument` without a provider above
 */
export function useSpeaker({ watch = false }: DeviceOptions = {}): SpeakerControls {
  const session = useAvatarSession();
  const state = useAvatarState(({ speaker }) => speaker);
  const choose = useMemo(
    () => (deviceId: string | undefined) => quietly(session.speaker.choose(deviceId)),
    [session],
  );

  useEffect(() => (watch ? session.speaker.watch() : undefined), [session, watch]);
  return useMemo(() => ({ state, choose }), [state, choose]);
}
