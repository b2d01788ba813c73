/** A real provider with a simulated avatar at its other end. */

import { type AvatarSession, type AvatarSessionOptions, createAvatarSession } from '@avatarwire/core';
import { livekit } from '@avatarwire/livekit';
import { simulatedWebRtcAvatar } from '@avatarwire/simulator/webrtc';
import { setLogLevel } from 'livekit-client';
import { inject } from 'vitest';
import { commands } from 'vitest/browser';
import { ANSWER, type AvatarReport, localAvatar, type RemoteAvatar } from './remote-avatar';
import { watchSound } from './watched-sound';

setLogLevel('silent');

export interface Stage {
  readonly session: AvatarSession;
  readonly avatar: RemoteAvatar;
  /** The avatar's voice as it has come to the visitor, whoever plays it. */
  sound(): MediaStreamTrack | undefined;
  close(): Promise<void>;
}

export type StartStage = (options?: Partial<AvatarSessionOptions>) => Promise<Stage>;

/** @param picture small where the picture is not the point and shares a narrow uplink */
export const webrtcStage =
  (picture: 'small' | 'usual' = 'usual'): StartStage =>
  async (options) => {
    const size = picture === 'small' ? { width: 64, height: 64, framesPerSecond: 1 } : {};
    const simulator = simulatedWebRtcAvatar({ ...size, avatar: { reply: () => ANSWER } });
    const sound = watchSound();
    const session = createAvatarSession({
      transports: { webrtc: () => sound.watch(simulator.transport()) },
      source: simulator.source,
      ...options,
    });
    return {
      session,
      avatar: localAvatar(() => simulator.avatar),
      sound: sound.current,
      async close() {
        await session.close();
        await simulator.close();
      },
    };
  };

const server = inject('livekitServer');
export const haveLivekitServer = server !== null;

const GRANT = { roomJoin: true, canPublish: true, canSubscribe: true, canPublishData: true };

export interface LivekitStage extends Stage {
  readonly bot: string;
  readonly room: string;
}

/** @param address where the visitor joins, if not at the server itself */
export const livekitStage =
  (access = server, address?: string) =>
  async (options?: Partial<AvatarSessionOptions>): Promise<LivekitStage> => {
    if (!access) throw new Error('no livekit-server was found');
    const room = `room ${crypto.randomUUID()}`;
    const tokenFor = (identity: string) => commands.livekitToken(access, identity, { ...GRANT, room });
    const bot = await commands.botStart(access.url, await tokenFor('avatar'));
    const sound = watchSound();
    const session = createAvatarSession({
      // The test's server names a STUN server that nobody runs, and loop-back needs none.
      transports: { livekit: () => sound.watch(livekit({ rtcConfig: { iceServers: [] } })) },
      source: {
        provider: 'livekit',
        credentials: { url: address ?? access.url, token: await tokenFor('visitor') },
        avatarId: 'avatar',
      },
      ...options,
    });
    return {
      session,
      bot,
      room,
      sound: sound.current,
      avatar: {
        report: async () => (await commands.botAsk(bot, { do: 'report' })) as AvatarReport,
        async say(text) {
          await commands.botAsk(bot, { do: 'say', text });
        },
        async ignoreEverything(ignore) {
          await commands.botAsk(bot, { do: 'ignore', ignore });
        },
      },
      async close() {
        await session.close();
        await commands.botStop(bot);
      },
    };
  };
