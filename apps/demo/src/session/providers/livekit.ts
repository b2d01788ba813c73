import type { AvatarTransport } from '@avatarwire/core';

/** A LiveKit server: the one beside this page, or the service's. */
export const livekitNetwork = (): Promise<AvatarTransport<'livekit'>> =>
  import('@avatarwire/livekit').then(({ livekit }) => livekit());
