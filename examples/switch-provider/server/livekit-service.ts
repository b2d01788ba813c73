/** A real livekit-server on this machine, and the simulated avatar as a bot in each room. */

import { randomUUID } from 'node:crypto';
import type { ConnectionDetails } from '@avatarwire/core';
import { type LivekitBot, startLivekitBot } from '@avatarwire/simulator/livekit';
import { type LivekitServer, startLivekitServer } from '@avatarwire/tooling/livekit-server';

export interface LivekitRooms {
  open(): Promise<ConnectionDetails>;
  end(id: string): Promise<void>;
  close(): Promise<void>;
}

export function createLivekitRooms(): LivekitRooms {
  let running: Promise<LivekitServer> | undefined;
  const bots = new Map<string, LivekitBot>();

  async function end(id: string): Promise<void> {
    const bot = bots.get(id);
    bots.delete(id);
    await bot?.close();
  }

  return {
    async open() {
      running ??= startLivekitServer();
      const server = await running;
      const room = randomUUID();
      const token = (identity: string) =>
        server.token(identity, {
          roomJoin: true,
          room,
          canPublish: true,
          canPublishData: true,
          canSubscribe: true,
        });
      const bot = await startLivekitBot({ url: server.url, token: () => token('avatar'), disposeSdk: false });
      bots.set(room, bot);
      return {
        provider: 'livekit',
        credentials: { url: server.url, token: await token('visitor') },
        sessionId: room,
        avatarId: 'avatar',
      };
    },
    end,
    async close() {
      await Promise.all([...bots.keys()].map(end));
      await (await running?.catch(() => undefined))?.stop();
    },
  };
}
