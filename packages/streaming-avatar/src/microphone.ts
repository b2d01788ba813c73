import { AvatarError, type AvatarSession } from '@avatarwire/core';

export interface Microphone {
  /** Whether it is being sent. */
  readonly on: boolean;
  /**
   * The other way round, from the last call on: a second click while the visitor is still being asked takes the first
   * one back. Settles when it is so.
   */
  toggle(): Promise<void>;
}

export function createMicrophone(session: AvatarSession): Microphone {
  return {
    get on() {
      return session.getSnapshot().microphone.sending;
    },
    toggle() {
      const { state, microphone } = session.getSnapshot();
      if (microphone.status !== 'off') return session.microphone.disable();
      if (state === 'live') return session.microphone.enable();
      return Promise.reject(
        new AvatarError('not-connected', 'The microphone can be switched on while the session is live.'),
      );
    },
  };
}
