/** The service sessions of this demo: a LiveKit room each, with the avatar's bot in it. */

import { randomBytes } from 'node:crypto';
import {
  AvatarError,
  type Clock,
  type ConnectionDetails,
  isAvatarError,
  systemClock,
} from '@avatarwire/core';
import type { LivekitBot, LivekitBotOptions } from '@avatarwire/simulator/livekit';
import { Refusal } from './answers';
import type { LivekitHost } from './livekit-host';

export interface RoomsOptions {
  readonly host: LivekitHost;
  /** Puts an avatar into a room. @default the simulator's bot */
  readonly startBot?: (options: LivekitBotOptions) => Promise<LivekitBot>;
  /** Open at once. @default 4 */
  readonly most?: number;
  /** Without a sign of the page after this long, a session is closed. In milliseconds. @default 150000 */
  readonly silenceMs?: number;
  /** Longest session, in milliseconds. @default 900000 */
  readonly longestMs?: number;
  /** @default the machine's */
  readonly clock?: Clock;
  /** For what goes wrong behind the page's back. */
  readonly say?: (line: string) => void;
}

export interface Rooms {
  /** @throws Refusal */
  open(): Promise<ConnectionDetails>;
  /** The page is still there. False for an id that is not open. */
  beat(id: string): boolean;
  /** Resolves when bot and room are gone. False for an id that is not open. */
  close(id: string): Promise<boolean>;
  /** Open, or being opened. */
  readonly count: number;
  closeAll(): Promise<void>;
}

interface Room {
  readonly bot: LivekitBot;
  readonly remove: () => Promise<void>;
  cancelSilence: () => void;
  readonly cancelExpiry: () => void;
}

const VISITOR = 'visitor';
const AVATAR = 'avatar';

export function createRooms(options: RoomsOptions): Rooms {
  const {
    host,
    startBot = simulatorBot,
    most = 4,
    silenceMs = 150_000,
    longestMs = 900_000,
    clock = systemClock,
    say = () => {},
  } = options;
  const rooms = new Map<string, Room>();
  const opening = new Set<Promise<unknown>>();
  let ending = false;

  async function open(): Promise<ConnectionDetails> {
    const server = await host.server();
    const id = randomBytes(16).toString('hex');
    const room = `demo-${id}`;
    const grant = (identity: string) =>
      server.token(
        identity,
        { roomJoin: true, room, canPublish: true, canPublishData: true, canSubscribe: true },
        { ttlSeconds: Math.ceil(longestMs / 1_000) },
      );
    const remove = async () => {
      await server.rooms
        .deleteRoom(room)
        .catch((error: Error) => say(`could not remove ${room}: ${error.message}`));
    };

    const bot = await startBot({
      url: server.url,
      token: () => grant(AVATAR),
      width: 720,
      height: 720,
      // As fast as a model writes, and with everything an avatar may acknowledge.
      avatar: { behaviour: { sendsSpeechSigns: true, acknowledgesActions: true }, timings: { frameMs: 120 } },
      // Other rooms may still need the SDK; it goes with the process.
      disposeSdk: false,
    }).catch(async (cause: unknown) => {
      await remove();
      throw refusalFor(cause);
    });
    const token = await grant(VISITOR);
    rooms.set(id, {
      bot,
      remove,
      cancelSilence: clock.schedule(() => void close(id), silenceMs),
      cancelExpiry: clock.schedule(() => void close(id), longestMs),
    });
    if (ending) await close(id);
    return {
      provider: 'livekit',
      credentials: { url: server.url, token },
      sessionId: id,
      avatarId: AVATAR,
      expiresInMs: longestMs,
    };
  }

  async function close(id: string): Promise<boolean> {
    const room = rooms.get(id);
    if (room === undefined) return false;
    rooms.delete(id);
    room.cancelSilence();
    room.cancelExpiry();
    await room.bot.close();
    await room.remove();
    return true;
  }

  return {
    async open() {
      if (ending) throw new Refusal(503, 'session-gone', 'The demo is ending.');
      if (rooms.size + opening.size >= most) {
        throw new Refusal(
          429,
          'service-busy',
          `At most ${most} sessions are open at once. End one in another tab.`,
          5_000,
        );
      }
      const begun = open();
      opening.add(begun);
      return begun.finally(() => opening.delete(begun));
    },
    beat(id) {
      const room = rooms.get(id);
      if (room === undefined) return false;
      room.cancelSilence();
      room.cancelSilence = clock.schedule(() => void close(id), silenceMs);
      return true;
    },
    close,
    get count() {
      return rooms.size + opening.size;
    },
    async closeAll() {
      ending = true;
      await Promise.allSettled(opening);
      await Promise.all([...rooms.keys()].map(close));
    },
  };
}

/** Loaded with the first room: it brings a native library of 80 MB. */
async function simulatorBot(options: LivekitBotOptions): Promise<LivekitBot> {
  const { startLivekitBot } = await import('@avatarwire/simulator/livekit');
  return startLivekitBot(options);
}

function refusalFor(cause: unknown): Refusal {
  const error = isAvatarError(cause) ? cause : new AvatarError('service-refused', String(cause), { cause });
  return new Refusal(
    503,
    error.code,
    `The avatar's bot could not join: ${error.message}`,
    error.retryAfterMs,
  );
}
