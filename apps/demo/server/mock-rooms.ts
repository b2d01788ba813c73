/** Where the avatars of the mocks' sessions are: LiveKit's on the livekit-server beside the page, all others in the page. */

import {
  type LivekitRoomsOptions,
  livekitRooms,
  type MockRooms,
  type WantedRoom,
} from '@avatarwire/simulator/services';
import { answerOf } from '../src/session/providers/answers';
import type { LivekitHost } from './livekit-host';

function figureOf({ service }: WantedRoom) {
  return {
    width: 720,
    height: 720,
    avatar: {
      // As fast as a model writes, and with everything an avatar may acknowledge.
      behaviour: { sendsSpeechSigns: true, acknowledgesActions: true },
      timings: { frameMs: 120 },
      reply: answerOf(service),
    },
    // Other rooms may still need the SDK; it goes with the process.
    disposeSdk: false,
  } satisfies Partial<LivekitRoomsOptions>;
}

/** @param make puts an avatar into a room; the simulator's bot, but for tests */
export function roomsOnLivekit(
  host: LivekitHost,
  make: (options: LivekitRoomsOptions) => MockRooms = livekitRooms,
): MockRooms {
  return async (wanted) => {
    const server = await host.server();
    const { url, apiKey, apiSecret } = server;
    const room = await make({ url, apiKey, apiSecret, ...figureOf(wanted) })(wanted);
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

export function mockRooms(onLivekit: MockRooms, inPage: MockRooms): MockRooms {
  return (wanted) => (wanted.provider === 'livekit' ? onLivekit(wanted) : inPage(wanted));
}
