import { createHmac } from 'node:crypto';
import type { SimulatedAvatar } from '../avatar';
import type { LivekitBotOptions } from '../livekit';
import { avatarFor, avatarNameFor, type RoomAvatarOptions, toldOverRest } from '../room-avatar';
import type { MockRooms, WantedRoom } from './rooms';

export interface LivekitRoomsOptions
  extends Pick<
    LivekitBotOptions,
    'width' | 'height' | 'framesPerSecond' | 'disposeSdk' | 'clock' | 'logger'
  > {
  /** Of the LiveKit server: `ws://127.0.0.1:7880`. */
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** How the avatars behave and what they answer. */
  readonly avatar?: RoomAvatarOptions;
  /** Called with each avatar, once it is in its room. */
  readonly onAvatar?: (avatar: SimulatedAvatar, wanted: WantedRoom) => void;
}

const VISITOR = 'visitor';
const SPARE_SECONDS = 60;

/**
 * A room on a real LiveKit server for each session that wants one, with the simulated avatar in it; other sessions are
 * left to the mock. Needs `@livekit/rtc-node` and `@napi-rs/canvas`. The avatar speaks as the service's do: protocol v2
 * at AKOOL, events on two data topics at LiveAvatar.
 *
 * @throws AvatarError as `startLivekitBot` does, when a session is created
 */
export function livekitRooms(options: LivekitRoomsOptions): MockRooms {
  const { url, apiKey, apiSecret, avatar, onAvatar, ...bot } = options;
  return async (wanted) => {
    const { provider, service, id, durationSeconds, ownRoom } = wanted;
    if (provider !== 'livekit' || ownRoom !== undefined) return undefined;
    const room = `${service}-${id}`;
    const avatarId = avatarNameFor(wanted);
    const token = (identity: string) =>
      roomToken({ apiKey, apiSecret, room, identity, seconds: durationSeconds + SPARE_SECONDS });
    // With the first room: rtc-node brings a native library.
    const { startLivekitBot } = await import('../livekit');
    const started = await startLivekitBot({
      ...bot,
      avatar: avatarFor(wanted, avatar),
      url,
      token: () => token(avatarId),
    });
    try {
      onAvatar?.(started.avatar, wanted);
    } catch (error) {
      await started.close();
      throw error;
    }
    return {
      credentials: { url, token: token(VISITOR) },
      avatarId,
      visitorId: VISITOR,
      roomName: room,
      agentToken: token('agent'),
      close: () => started.close(),
      ...toldOverRest(started.avatar),
    };
  };
}

interface TokenOptions {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly room: string;
  readonly identity: string;
  readonly seconds: number;
}

/** A JSON web token that lets `identity` into one room. Source: LiveKit, "Access tokens". */
function roomToken({ apiKey, apiSecret, room, identity, seconds }: TokenOptions): string {
  // The server reads the machine's clock, whatever clock the mock runs on.
  const now = Math.floor(Date.now() / 1_000);
  const grants = { roomJoin: true, room, canPublish: true, canPublishData: true, canSubscribe: true };
  const content = [
    { alg: 'HS256', typ: 'JWT' },
    { iss: apiKey, sub: identity, nbf: now - 5, exp: now + Math.ceil(seconds), video: grants },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${content}.${createHmac('sha256', apiSecret).update(content).digest('base64url')}`;
}
