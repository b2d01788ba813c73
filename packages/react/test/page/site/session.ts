/** A session through a broker, over a room in the page's own memory in LiveKit's clothes, with an avatar in it. */

import { type AvatarSession, type AvatarTransport, broker, createAvatarSession } from '@avatarwire/core';
import { localMedia } from '@avatarwire/core/media';
import { createMemoryNetwork, memory } from '@avatarwire/simulator';
import { watched } from './watched';

const address = new URLSearchParams(location.search).get('broker') ?? '';

function roomOfItsOwn(): AvatarTransport<'livekit'> {
  const network = createMemoryNetwork();
  const { capabilities, connect, send, close, on, publishing } = memory(network);
  return {
    provider: 'livekit',
    capabilities,
    connect(_credentials, options) {
      const avatar = network.join('room', options.avatarId ?? 'avatar');
      avatar.publish(picture());
      return connect({ room: 'room' }, options);
    },
    send,
    close,
    on,
    ...(publishing && { publishing }),
  };
}

function picture(): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  canvas.getContext('2d');
  const [track] = canvas.captureStream().getVideoTracks();
  if (!track) throw new Error('a canvas gives a track');
  return track;
}

export const note = 'as it was';

export function create(): AvatarSession {
  return watched(
    createAvatarSession({
      transports: { livekit: roomOfItsOwn },
      source: broker(address),
      media: localMedia(),
    }),
  );
}
