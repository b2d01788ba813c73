/**
 * AKOOL knows no plain WebRTC. The session is a real one at the mock, over Agora as far as that knows; the avatar stands
 * in the page and offers, and its signalling goes by calls.
 */

import { AvatarError, type ProviderCredentials } from '@avatarwire/core';
import type { AvatarServiceServer } from '@avatarwire/services';
import type { MockRoom, MockRooms } from '@avatarwire/simulator/services';

/** The mock has to know an avatar of this name: whoever orders it means the one over WebRTC. */
export const AVATAR_OVER_WEBRTC = 'demo_over_webrtc';

export interface AkoolOverWebrtc {
  /** With the rooms of such sessions made as rooms of WebRTC. */
  rooms(rooms: MockRooms): MockRooms;
  /** With WebRTC among its providers. */
  service(akool: AvatarServiceServer): AvatarServiceServer;
}

export function akoolOverWebrtc(): AkoolOverWebrtc {
  /** By AKOOL's id of the session. */
  const standing = new Map<string, MockRoom>();

  return {
    rooms: (rooms) => async (wanted) => {
      if (wanted.avatarId !== AVATAR_OVER_WEBRTC) return rooms(wanted);
      const room = await rooms({ ...wanted, provider: 'webrtc' });
      if (room === undefined) return undefined;
      standing.set(wanted.id, room);
      return {
        // Nobody joins with these.
        credentials: { appId: 'none', channel: wanted.id, token: 'none', uid: 1 },
        close(why) {
          standing.delete(wanted.id);
          return room.close(why);
        },
      };
    },
    service: (akool) => ({
      ...akool,
      providers: ['webrtc', ...akool.providers],
      actions: ['answer', 'ice', ...akool.actions],
      async open(request, options) {
        if (request.provider !== 'webrtc') return akool.open(request, options);
        const order = { ...request, provider: 'agora', avatarId: AVATAR_OVER_WEBRTC } as const;
        const opened = await akool.open(order, options);
        const { expiresInMs } = opened.details;
        const credentials = offerIn(standing.get(opened.id));
        return {
          ...opened,
          details: { provider: 'webrtc', credentials, ...(expiresInMs !== undefined && { expiresInMs }) },
        };
      },
      async call(session, action, body, options) {
        const room = standing.get(typeof session === 'string' ? session : session.id);
        const { sdp, candidate } = (body ?? {}) as Parts;
        if (action === 'answer' && sdp) return room?.acceptAnswer?.(sdp);
        if (action === 'ice' && candidate) return room?.addCandidate?.(candidate);
        if (akool.call) return akool.call(session, action, body, options);
        throw new AvatarError('unsupported', `AKOOL takes no ${action}.`, { service: akool.name });
      },
    }),
  };
}

interface Parts {
  readonly sdp?: { readonly type: 'answer'; readonly sdp: string };
  readonly candidate?: RTCIceCandidateInit;
}

function offerIn(room: MockRoom | undefined): ProviderCredentials['webrtc'] {
  return room !== undefined && 'offer' in room.credentials ? room.credentials : {};
}
