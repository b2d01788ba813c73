import type { AvatarTransport, ProviderCredentials } from '@avatarwire/core';
import type { SimulatedAvatar } from '../avatar';
import type { FigureOptions } from '../figure';
import type { WantedRoom } from '../mock-room';
import { avatarFor, avatarNameFor, toldOverRest } from '../room-avatar';
import { startTransportAvatar } from '../transport/transport-avatar';
import type { RoomMaker } from './host-rooms';

/** How each network names who is in a room. Services join Agora's by number. */
interface Names {
  agora: number;
  livekit: string;
  trtc: string;
}

export interface TransportRoomOptions<P extends keyof Names> extends FigureOptions {
  /** A fresh transport for the avatar of this room, which must be one that can publish. */
  readonly transport: (wanted: WantedRoom) => AvatarTransport<P> | Promise<AvatarTransport<P>>;
  readonly provider: P;
  /**
   * Lets `who` into `room`: asked once for the avatar and once for the visitor. `room` is the service's id of the
   * session, as A2E's channel has to be.
   */
  readonly credentials: (
    room: string,
    who: Names[P],
    wanted: WantedRoom,
  ) => ProviderCredentials[P] | Promise<ProviderCredentials[P]>;
  /** Called with each avatar, once it is in its room. */
  readonly onAvatar?: (avatar: SimulatedAvatar, wanted: WantedRoom) => void;
}

/** A2E's uids have nine digits. */
const AGORA = { avatar: 900_000_001, visitor: 100_000_001 };

/**
 * A maker of rooms over any transport that can publish: the avatar is one more participant, with a drawn face and a
 * voice, and speaks as the avatars of the service that ordered it do (unless `avatar.dialect` says otherwise).
 *
 * ```ts
 * const cloud = createAgoraCloud();
 * const maker = transportRoom({
 *   provider: 'agora',
 *   transport: () => agora({ sdk: cloud.sdk }),
 *   credentials: (room, who) => cloud.credentials(room, who),
 * });
 * ```
 */
export function transportRoom<P extends keyof Names>(options: TransportRoomOptions<P>): RoomMaker {
  const { provider, transport, credentials, onAvatar, ...figure } = options;
  return async (wanted, { signal }) => {
    const names: { [N in keyof Names]: { avatar: Names[N]; visitor: Names[N] } } = {
      agora: AGORA,
      livekit: { avatar: avatarNameFor(wanted), visitor: 'visitor' },
      trtc: { avatar: 'avatar', visitor: 'visitor' },
    };
    const { avatar, visitor } = names[provider];
    const started = await startTransportAvatar<P>({
      ...figure,
      avatar: avatarFor(wanted, figure.avatar),
      transport: () => transport(wanted),
      credentials: () => credentials(wanted.id, avatar, wanted),
      signal,
    });
    try {
      const given = await credentials(wanted.id, visitor, wanted);
      signal.throwIfAborted();
      onAvatar?.(started.avatar, wanted);
      return {
        credentials: given,
        avatarId: started.id,
        visitorId: String(visitor),
        roomName: wanted.id,
        close: () => started.close(),
        ...toldOverRest(started.avatar),
      };
    } catch (error) {
      await started.close();
      throw error;
    }
  };
}
