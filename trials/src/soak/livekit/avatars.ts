/** Rooms on a real livekit-server, each with the simulated avatar in it for as long as the soak lasts. */

import { setTimeout as sleep } from 'node:timers/promises';
import { startLivekitBot } from '@avatarwire/simulator/livekit';
import type { LivekitServer } from '@avatarwire/tooling/livekit-server';

export const AVATAR_ID = 'avatar';

export interface AvatarRooms {
  readonly names: readonly string[];
  token(room: string, visitor: string): Promise<string>;
  /** Everybody but the avatars, once they have gone or after a while. */
  visitors(): Promise<number>;
  /** The avatars leave; how many rooms and participants the server has then, once they have gone or after a while. */
  close(): Promise<{ readonly rooms: number; readonly participants: number }>;
}

const GRANT = { roomJoin: true, canPublish: true, canSubscribe: true, canPublishData: true };
/** The smallest that the bot draws, once a second: it is there, and costs little. */
const FIGURE = { width: 64, height: 64, framesPerSecond: 1 };
const GONE_MS = 40_000;
const LOOKS_EVERY_MS = 200;

export async function openRooms(server: LivekitServer, count: number): Promise<AvatarRooms> {
  // rtc-node writes log lines to standard output unless this is set.
  process.env['NODE_ENV'] ??= 'production';
  const names = Array.from({ length: count }, (_, index) => `soak ${index + 1}`);
  const undo: (() => Promise<unknown>)[] = [];
  const token = (room: string, identity: string) => server.token(identity, { ...GRANT, room });

  async function participants(): Promise<number> {
    const rooms = await server.rooms.listRooms();
    const lists = rooms.map(({ name }) => server.rooms.listParticipants(name));
    return (await Promise.all(lists)).reduce((sum, list) => sum + list.length, 0);
  }

  async function leave(): Promise<void> {
    await Promise.all(undo.splice(0).map((end) => end()));
  }

  try {
    for (const name of names) {
      await server.rooms.createRoom({ name, departureTimeout: 1 });
      const bot = await startLivekitBot({
        url: server.url,
        token: await token(name, AVATAR_ID),
        ...FIGURE,
        avatar: {
          reply: (text) => `You asked: ${text}`,
          timings: { acknowledgeMs: 0, thinkMs: 0, frameMs: 0, gestureMs: 2_000 },
        },
      });
      undo.push(() => bot.close());
    }
  } catch (error) {
    await leave();
    throw error;
  }

  return {
    names,
    token,
    visitors: () => settled(async () => (await participants()) - names.length),
    async close() {
      await leave();
      return {
        participants: await settled(participants),
        rooms: await settled(async () => (await server.rooms.listRooms()).length),
      };
    },
  };
}

/** Zero, or what it still is after a while. */
async function settled(count: () => Promise<number>): Promise<number> {
  const deadline = performance.now() + GONE_MS;
  let left = await count();
  while (left > 0 && performance.now() < deadline) {
    await sleep(LOOKS_EVERY_MS);
    left = await count();
  }
  return left;
}
