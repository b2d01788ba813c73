import {
  type AvatarSession,
  type AvatarSessionOptions,
  createAvatarSession,
  type SessionSource,
} from '@avatarwire/core';
import type { Config } from './config';

export interface Service {
  /** Opens and closes the paid sessions. */
  readonly source: SessionSource;
  /** Adapters that are made in another way than below. */
  readonly transports?: AvatarSessionOptions['transports'];
}

/** Only the adapter that is called is downloaded, and with it only its own SDK. */
const adapters: AvatarSessionOptions['transports'] = {
  agora: () => import('@avatarwire/agora').then(({ agora }) => agora()),
  livekit: () => import('@avatarwire/livekit').then(({ livekit }) => livekit()),
  trtc: () => import('@avatarwire/trtc').then(({ trtc }) => trtc()),
};

/** The same session over every provider. Nothing below this line knows which one it is. */
export function createSession(
  { provider, otherwise }: Config,
  { source, transports }: Service,
): AvatarSession {
  return createAvatarSession({
    transports: { ...adapters, ...transports },
    source,
    prefer: [provider, ...otherwise],
  });
}
