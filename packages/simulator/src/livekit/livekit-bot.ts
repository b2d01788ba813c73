import { AvatarError } from '@avatarwire/core';
import { createSimulatedAvatar, type SimulatedAvatar } from '../avatar';
import { createPuppet } from '../face';
import { type BotConnection, joinRoom } from './bot-connection';
import { type LivekitBotOptions, toSettings } from './bot-options';
import { acquireSdk, type BotSdk } from './bot-sdk';
import { createBotVideo } from './bot-video';
import { createBotVoice, QUEUE_MS, SAMPLE_RATE } from './bot-voice';

export interface LivekitBot {
  readonly avatar: SimulatedAvatar;
  /** The avatar's identity in the room, as its token names it. */
  readonly identity: string;
  readonly roomName: string;
  readonly connected: boolean;
  /** Pictures drawn so far. While nobody else is in the room, one a second. */
  readonly frames: number;
  /** Leaves the room; `return()` joins it again. */
  leave(): Promise<void>;
  return(): Promise<void>;
  /** Leaves for good. From any state, any number of times; never rejects. */
  close(): Promise<void>;
}

/**
 * The simulated avatar as a participant of a real LiveKit room, in Node: a drawn face and a synthesised voice as real
 * tracks, and the avatar's protocol over reliable data packets. Needs `@livekit/rtc-node` and `@napi-rs/canvas`.
 *
 * ```ts
 * const bot = await startLivekitBot({ url: 'ws://127.0.0.1:7880', token });
 * bot.avatar.say('Hello.');
 * await bot.close();
 * ```
 *
 * Resolves when it has joined and its tracks are published. rtc-node writes log lines to standard output unless
 * `NODE_ENV` is `production`.
 *
 * @throws AvatarError `invalid-argument`, `invalid-credentials`, `sdk-missing`, `sdk-incompatible`,
 * `credentials-refused`, `connect-timeout`, `network`
 */
export async function startLivekitBot(options: LivekitBotOptions): Promise<LivekitBot> {
  const settings = toSettings(options);
  const sdk = await acquireSdk();
  try {
    return await startWith(sdk, settings);
  } catch (error) {
    await sdk.release(settings.disposeSdk);
    throw error;
  }
}

async function startWith(sdk: BotSdk, settings: ReturnType<typeof toSettings>): Promise<LivekitBot> {
  const { rtc } = sdk;
  const { clock, logger } = settings;
  const audio = new rtc.AudioSource(SAMPLE_RATE, 1, QUEUE_MS);
  const video = new rtc.VideoSource(settings.width, settings.height);
  const listeners = new Set<(packet: { data: Uint8Array; from: string }) => void>();
  let connection: BotConnection | undefined;
  let closing: Promise<void> | undefined;

  async function join(): Promise<void> {
    if (closing) throw new AvatarError('not-connected', 'This bot is closed.', { provider: 'livekit' });
    const joined = await joinRoom({
      rtc,
      settings,
      audio,
      video,
      onPacket: (packet) => {
        for (const listener of [...listeners]) listener(packet);
      },
      onLost: () => {
        connection = undefined;
        settings.onDisconnected();
      },
    });
    connection = joined;
    // Closed while joining.
    if (closing) await leave();
  }

  async function leave(): Promise<void> {
    const left = connection;
    connection = undefined;
    await left?.leave();
  }

  async function closeSources(): Promise<void> {
    // Closing an audio source with a frame in flight throws in rtc-node 1.1 on Linux; the source is gone all the same.
    for (const source of [audio, video]) {
      await source
        .close()
        .catch((cause: unknown) => logger.debug('livekit bot: a source was closed already', { cause }));
    }
  }

  try {
    await join();
  } catch (error) {
    await closeSources();
    throw error;
  }
  const { identity, roomName } = connection ?? { identity: '', roomName: '' };
  const voice = createBotVoice(rtc, audio, clock, logger);
  const avatar = createSimulatedAvatar({
    ...settings.avatar,
    clock,
    port: {
      send: async (packet) => connection?.send(packet),
      onPacket(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      leave,
      return: join,
    },
  });
  avatar.on('speech', ({ text, speed }) => voice.say(text, speed));
  avatar.on('silenced', ({ interrupted }) => {
    if (interrupted) voice.hush();
  });
  const puppet = createPuppet(avatar, clock);
  const picture = createBotVideo({
    rtc,
    canvas: sdk.canvas,
    source: video,
    framesPerSecond: settings.framesPerSecond,
    clock,
    faceAt: puppet.faceAt,
    isSeen: () => connection?.isSeen() ?? false,
  });
  logger.info('livekit bot: joined', { identity, roomName });

  return {
    avatar,
    identity,
    roomName,
    get connected() {
      return connection !== undefined;
    },
    get frames() {
      return picture.frames;
    },
    leave: () => avatar.leave(),
    return: () => avatar.return(),
    close() {
      closing ??= (async () => {
        picture.close();
        puppet.close();
        avatar.close();
        listeners.clear();
        await voice.close();
        await leave();
        await closeSources();
        await sdk.release(settings.disposeSdk);
        logger.info('livekit bot: closed', { identity });
      })();
      return closing;
    },
  };
}
