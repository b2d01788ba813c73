import type { AvatarTransport } from '@avatarwire/core';
import { type Company, companies } from '../../choice/companies';
import {
  EXPIRES_IN_MS,
  figureFor,
  figureOf,
  type Look,
  loaded,
  once,
  type RoomsHere,
  type Simulated,
} from './in-page';

/** The service's side makes the offer; calls to it carry the answer and the candidates. */
export const webrtcNetwork = (): Promise<AvatarTransport<'webrtc'>> =>
  import('@avatarwire/webrtc').then(({ webrtc }) => webrtc());

/** Over a real loop-back. As AKOOL documents it, the avatar acknowledges no actions. */
export function simulatedWebrtc(look: Look): Simulated {
  const simulator = once(async () => {
    const { simulatedWebRtcAvatar } = await import('@avatarwire/simulator/webrtc');
    return simulatedWebRtcAvatar({ ...figureFor(look), expiresInMs: EXPIRES_IN_MS });
  });
  return {
    transports: { webrtc: async () => (await simulator()).transport() },
    source: loaded(async () => (await simulator()).source),
  };
}

export function webrtcRoomsHere(company: Company, look: Look): RoomsHere {
  return {
    transports: {
      webrtc: async () => {
        const { webrtc } = await import('@avatarwire/webrtc');
        // What is said travels over it, or goes by calls.
        return webrtc({ channel: { awaited: companies[company].words === 'network' } });
      },
    },
    async makers() {
      const { offeringRoom } = await import('@avatarwire/simulator/page-rooms');
      return { webrtc: offeringRoom(await figureOf(company, look)) };
    },
  };
}
