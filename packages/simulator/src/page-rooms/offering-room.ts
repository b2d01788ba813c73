import type { SimulatedAvatar } from '../avatar';
import type { WantedRoom } from '../mock-room';
import { avatarFor, toldOverRest } from '../room-avatar';
import { type OfferingAvatarOptions, startOfferingAvatar } from '../webrtc/offering-avatar';
import type { RoomMaker } from './host-rooms';

export interface OfferingRoomOptions extends OfferingAvatarOptions {
  /** Called with each avatar, once its offer is there. */
  readonly onAvatar?: (avatar: SimulatedAvatar, wanted: WantedRoom) => void;
}

/**
 * A maker of rooms over plain WebRTC, in which the avatar offers and opens the data channel, as HeyGen's first service
 * has it.
 */
export function offeringRoom({ onAvatar, ...options }: OfferingRoomOptions = {}): RoomMaker {
  return async (wanted, { signal }) => {
    const offering = await startOfferingAvatar({ ...options, avatar: avatarFor(wanted, options.avatar) });
    try {
      signal.throwIfAborted();
      onAvatar?.(offering.avatar, wanted);
    } catch (error) {
      await offering.close();
      throw error;
    }
    return {
      credentials: offering.credentials,
      acceptAnswer: (answer) => offering.acceptAnswer(answer),
      addCandidate: (candidate) => offering.addCandidate(candidate),
      close: () => offering.close(),
      ...toldOverRest(offering.avatar),
    };
  };
}
