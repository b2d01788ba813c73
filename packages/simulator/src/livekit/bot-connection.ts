import { AvatarError, isAvatarError } from '@avatarwire/core';
import type { AudioSource, VideoSource } from '@livekit/rtc-node';
import type { BotSettings } from './bot-options';
import type { RtcNode } from './bot-sdk';

export interface BotConnection {
  readonly identity: string;
  readonly roomName: string;
  /** Whether anybody else is in the room. */
  isSeen(): boolean;
  send(packet: Uint8Array<ArrayBuffer>): Promise<void>;
  leave(): Promise<void>;
}

/** A second: 1 Mbit/s for 512 × 512, at which flat colours stay clean. */
const BITS_PER_PIXEL = 4;

interface JoinOptions {
  readonly rtc: RtcNode;
  readonly settings: BotSettings;
  readonly audio: AudioSource;
  readonly video: VideoSource;
  onPacket(packet: { readonly data: Uint8Array; readonly from: string }): void;
  onLost(): void;
}

/**
 * Joins with the face and the voice as tracks.
 *
 * @throws AvatarError `credentials-refused`, `connect-timeout`, `network`
 */
export async function joinRoom({
  rtc,
  settings,
  audio,
  video,
  onPacket,
  onLost,
}: JoinOptions): Promise<BotConnection> {
  const token = await settings.token();
  const room = new rtc.Room();
  let over = false;
  const tracks = [
    rtc.LocalVideoTrack.createVideoTrack('face', video),
    rtc.LocalAudioTrack.createAudioTrack('voice', audio),
  ] as const;

  async function leave(): Promise<void> {
    if (over) return;
    over = true;
    room.off(rtc.RoomEvent.DataReceived, onData);
    room.off(rtc.RoomEvent.Disconnected, onDisconnected);
    // Leaving never fails for the caller: what cannot be ended in order is gone with the connection.
    await room.disconnect().catch(() => {});
    // The sources live on: they serve the next connection.
    for (const track of tracks) await track.close(false).catch(() => {});
  }
  function onData(
    data: Uint8Array,
    participant?: { identity: string },
    _kind?: unknown,
    topic?: string,
  ): void {
    if (settings.receiveTopic !== undefined && topic !== settings.receiveTopic) return;
    onPacket({ data: Uint8Array.from(data), from: participant?.identity ?? '' });
  }
  function onDisconnected(): void {
    if (over) return;
    void leave().then(onLost);
  }

  room.on(rtc.RoomEvent.DataReceived, onData);
  room.on(rtc.RoomEvent.Disconnected, onDisconnected);
  const joining = join();
  try {
    await withDeadline(joining, settings);
  } catch (error) {
    // A join that succeeds after we gave up is left again.
    void joining.then(leave, () => {});
    await leave();
    throw toAvatarError(error, token);
  }

  async function join(): Promise<void> {
    await room.connect(settings.url, token, { autoSubscribe: false, dynacast: false });
    const [face, voice] = tracks;
    await room.localParticipant?.publishTrack(
      face,
      new rtc.TrackPublishOptions({
        source: rtc.TrackSource.SOURCE_CAMERA,
        // One encoding: nobody needs a smaller one, and each costs as much as the drawing.
        simulcast: false,
        videoCodec: rtc.VideoCodec.VP8,
        videoEncoding: {
          maxBitrate: BigInt(settings.width * settings.height * BITS_PER_PIXEL),
          maxFramerate: settings.framesPerSecond,
        },
      }),
    );
    await room.localParticipant?.publishTrack(
      voice,
      new rtc.TrackPublishOptions({ source: rtc.TrackSource.SOURCE_MICROPHONE, dtx: false, red: false }),
    );
  }

  return {
    identity: room.localParticipant?.identity ?? '',
    roomName: room.name ?? '',
    isSeen: () => room.remoteParticipants.size > 0,
    async send(packet) {
      if (over) return;
      await room.localParticipant?.publishData(Uint8Array.from(packet), {
        reliable: true,
        ...(settings.sendTopic !== undefined && { topic: settings.sendTopic }),
        ...(settings.destinationIdentities && {
          destination_identities: [...settings.destinationIdentities],
        }),
      });
    },
    leave,
  };
}

async function withDeadline(joining: Promise<void>, { clock, connectTimeoutMs }: BotSettings): Promise<void> {
  let cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    cancel = clock.schedule(() => {
      const message = `The LiveKit room was not joined within ${connectTimeoutMs} ms.`;
      reject(new AvatarError('connect-timeout', message, { provider: 'livekit' }));
    }, connectTimeoutMs);
  });
  try {
    await Promise.race([joining, late]);
  } finally {
    cancel();
  }
}

/** rtc-node gives text only, and a refused token's text may hold the token. */
function toAvatarError(error: unknown, token: string): AvatarError {
  if (isAvatarError(error)) return error;
  const text = (error instanceof Error ? error.message : String(error)).replaceAll(token, '[token]');
  const code = /\b(401|403)\b|unauthori[sz]ed|invalid token/i.test(text) ? 'credentials-refused' : 'network';
  const advice = code === 'network' ? 'check url and server' : 'make a new token';
  return new AvatarError(code, `The LiveKit room could not be joined; ${advice}.`, {
    provider: 'livekit',
    cause: new Error(text),
  });
}
