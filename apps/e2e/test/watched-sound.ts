import type { AvatarTransport, Provider } from '@avatarwire/core';

/** Knows the voice that comes over the transports that it has seen. */
export interface WatchedSound {
  /** To be called with each of the visitor's transports, before it connects. */
  watch<P extends Provider>(transport: AvatarTransport<P>): AvatarTransport<P>;
  current(): MediaStreamTrack | undefined;
}

export function watchSound(): WatchedSound {
  let current: MediaStreamTrack | undefined;
  return {
    watch(transport) {
      transport.on('track-added', ({ kind, track }) => {
        if (kind === 'audio') current = track;
      });
      return transport;
    },
    current: () => current,
  };
}
