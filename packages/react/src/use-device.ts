import type { AvatarSession, LocalMedia, MediaState, PublishedSource } from '@avatarwire/core';
import { useEffect, useMemo } from 'react';
import { quietly } from './quietly';
import { useAvatarSession } from './use-avatar-session';
import { useAvatarState } from './use-avatar-state';

/** The functions keep their identity; the object is another one only when `state` or `can` is. */
export interface DeviceControls {
  /** How the device stands; `state.problem` says what went wrong and what the visitor can do about it. */
  readonly state: MediaState;
  /** Whether this connection to this avatar sends it. `false` until the session has joined. */
  readonly can: boolean;
  /** @see LocalMedia.enable */
  enable(): Promise<void>;
  /** @see LocalMedia.disable */
  disable(): Promise<void>;
  /** Enables what is off, disables all else. For a button: returns nothing, the outcome is in `state`. */
  toggle(): void;
  /** @see LocalMedia.setMuted */
  setMuted(muted: boolean): Promise<void>;
  /** For a button: returns nothing, the outcome is in `state`. */
  toggleMuted(): void;
}

export interface DeviceOptions {
  /**
   * Keeps `state.devices` and `state.permission` up to date while mounted, also while the device is off. Asks the
   * visitor nothing. @default false
   */
  readonly watch?: boolean;
}

/** @param more the calls that only this device has; the same function in every render */
export function useDevice<S extends PublishedSource, More extends object>(
  source: S,
  more: (device: AvatarSession[S]) => More,
  { watch = false }: DeviceOptions = {},
): DeviceControls & More {
  const session = useAvatarSession();
  const state = useAvatarState((snapshot) => snapshot[source]);
  const can = useAvatarState((snapshot) => snapshot.can[source]);
  const calls = useMemo(
    () => ({ ...callsOf(session, source), ...more(session[source]) }),
    [session, source, more],
  );

  useEffect(() => (watch ? session[source].watch() : undefined), [session, source, watch]);
  return useMemo(() => ({ state, can, ...calls }), [state, can, calls]);
}

function callsOf(session: AvatarSession, source: PublishedSource) {
  const device: LocalMedia = session[source];
  // As it stands when the button is pressed, which may be later than what was rendered.
  const now = () => session.getSnapshot()[source];
  const enable = () => quietly(device.enable());
  const disable = () => quietly(device.disable());
  const setMuted = (muted: boolean) => quietly(device.setMuted(muted));
  return {
    enable,
    disable,
    setMuted,
    toggle: () => void (now().status === 'off' ? enable() : disable()),
    toggleMuted: () => void setMuted(!now().muted),
  };
}
