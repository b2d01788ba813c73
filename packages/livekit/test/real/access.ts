import { Room, type RoomEventCallbacks, setLogLevel } from 'livekit-client';
import { inject } from 'vitest';
import { commands } from 'vitest/browser';
import type { ServerAccess } from './server-access';

// The SDK tells its life to the console.
setLogLevel('silent');

const found = inject('livekitServer');

/** False where there is no livekit-server: then nothing else here may be used. */
export const haveServer = found !== null;

export function sharedServer(): ServerAccess {
  if (found === null) throw new Error('no livekit-server was found');
  return found;
}

/** A room that nobody else uses. */
export function freshRoom(): string {
  return `room ${crypto.randomUUID()}`;
}

export function tokenFor(server: ServerAccess, room: string, identity: string): Promise<string> {
  return commands.livekitToken(server, identity, {
    roomJoin: true,
    room,
    canPublish: true,
    canSubscribe: true,
    canPublishData: true,
  });
}

/** No STUN: loopback needs none, and the test server names one that nobody runs. */
export const rtcConfig: RTCConfiguration = { iceServers: [] };

/** A participant that is nothing but the SDK: the avatar's side of a test. */
export async function joinRaw(server: ServerAccess, room: string, identity: string): Promise<Room> {
  const raw = new Room({ stopLocalTrackOnUnpublish: true });
  await raw.connect(server.url, await tokenFor(server, room, identity), { rtcConfig });
  return raw;
}

/** What `raw` receives from now on. */
export function recordPackets(
  raw: Room,
): { data: Uint8Array; topic: string | undefined; from: string | undefined }[] {
  const packets: ReturnType<typeof recordPackets> = [];
  const record: RoomEventCallbacks['dataReceived'] = (data, participant, _kind, topic) => {
    packets.push({ data, topic, from: participant?.identity });
  };
  raw.on('dataReceived', record);
  return packets;
}
