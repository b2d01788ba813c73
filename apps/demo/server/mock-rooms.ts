/** Where the avatars of the mock's LiveKit sessions are: a room each on the livekit-server beside the page. */

import { type LivekitRoomsOptions, livekitRooms, type MockRooms } from '@avatarwire/simulator/services';
import type { LivekitHost } from './livekit-host';

const avatar = {
  width: 720,
  height: 720,
  // As fast as a model writes, and with everything an avatar may acknowledge.
  avatar: { behaviour: { sendsSpeechSigns: true, acknowledgesActions: true }, timings: { frameMs: 120 } },
  // Other rooms may still need the SDK; it goes with the process.
  disposeSdk: false,
} satisfies Partial<LivekitRoomsOptions>;

/** @param make puts an avatar into a room; the simulator's bot, but for tests */
export function mockRooms(
  host: LivekitHost,
  make: (options: LivekitRoomsOptions) => MockRooms = livekitRooms,
): MockRooms {
  return async (wanted) => {
    if (wanted.provider !== 'livekit') return undefined;
    const server = await host.server();
    const { url, apiKey, apiSecret } = server;
    const room = await make({ url, apiKey, apiSecret, ...avatar })(wanted);
    if (room?.roomName === undefined) return room;
    const { roomName } = room;
    return {
      ...room,
      async close(why) {
        await room.close(why);
        // Whoever is still in it is taken out.
        await server.rooms.deleteRoom(roomName);
      },
    };
  };
}
