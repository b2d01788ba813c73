import type { MockRoom, WantedRoom } from '../mock-room';
import type { ServiceRefusal } from './call';

/**
 * Makes a room for each session. Undefined leaves the room to the mock: credentials that look right and lead nowhere.
 * When it rejects, the service fails to create the session, and charges nothing.
 */
export type MockRooms = (wanted: WantedRoom) => MockRoom | undefined | Promise<MockRoom | undefined>;

/**
 * Work in a room, or the making of one. Rooms are the caller's: what fails there is told to `onRoomFault`, and the
 * service refuses.
 */
export async function inRoom<T>(
  work: () => T | Promise<T>,
  refusal: () => ServiceRefusal,
  onRoomFault: (error: unknown) => void,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    onRoomFault(error);
    throw refusal();
  }
}

export type { MockRoom, RoomEnd, RoomProvider, WantedRoom } from '../mock-room';
