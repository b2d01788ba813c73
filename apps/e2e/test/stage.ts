/** A real provider with a simulated avatar at its other end. */

import { type AvatarSession, type AvatarSessionOptions, createAvatarSession } from '@avatarwire/core';
import { livekit } from '@avatarwire/livekit';
import { simulatedWebRtcAvatar } from '@avatarwire/simulator/webrtc';
import { setLogLevel } from 'livekit-client';
import { inject } from 'vitest';
import { commands } from 'vitest/browser';
import { ANSWER, type AvatarReport, type RemoteAvatar, reportOf } from './remote-avatar';

setLogLevel('silent');

export interface Stage {
  readonly session: AvatarSession;
  readonly avatar: RemoteAvatar;
  close(): Promise<void>;
}

export type StartStage = (options?: Partial<AvatarSessionOptions>) => Promise<Stage>;

/** @param picture small where the picture is not the point and shares a narrow uplink */
export const webrtcStage =
  (picture: 'small' | 'usual' = 'usual'): StartStage =>
  async (options) => {
    const size = picture === 'small' ? { width: 64, height: 64, framesPerSecond: 1 } : {};
    const simulator = simulatedWebRtcAvatar({ ...size, avatar: { reply: () => ANSWER } });
    const session = createAvatarSession({
      transports: { webrtc: simulator.transport },
      source: simulator.source,
      ...options,
    });
    const avatar = () => {
      if (!simulator.avatar) throw new Error('no avatar yet');
      return simulator.avatar;
    };
    return {
      session,
      avatar: {
        report: async () => reportOf(avatar()),
        say: async (text) => avatar().say(text),
        ignoreEverything: async (ignore) => avatar().ignoreEverything(ignore),
      },
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
    const session = createAvatarSession({
      // The test's server names a STUN server that nobody runs, and loop-back needs none.
      transports: { livekit: () => livekit({ rtcConfig: { iceServers: [] } }) },
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
