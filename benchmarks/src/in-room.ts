/** For code that runs in a page: a participant that is nothing but the SDK. */

import { Room } from 'livekit-client';

/** No STUN: loopback needs none. */
export const rtcConfig: RTCConfiguration = { iceServers: [] };

export async function joinRoom(url: string, token: string): Promise<Room> {
  const room = new Room();
  await room.connect(url, token, { rtcConfig });
  return room;
}
