import { AvatarError, type Clock, type Logger, silentLogger, systemClock } from '@avatarwire/core';
import type { SimulatedAvatarOptions } from '../avatar';
import { dialectOf } from '../dialects';

export interface LivekitBotOptions {
  /** Of the LiveKit server: `ws://`, `wss://`, `http://` or `https://`. */
  readonly url: string;
  /** The right to join one room and to publish tracks and data; a function is asked for a new one at each return. */
  readonly token: string | (() => string | Promise<string>);
  /** Size of the picture in pixels, 64 to 1280; even. @default 512 */
  readonly width?: number;
  /** @default 512 */
  readonly height?: number;
  /** 1 to 30. @default 20 */
  readonly framesPerSecond?: number;
  /** Topic of the avatar's packets. @default the dialect's; none but at LiveAvatar */
  readonly sendTopic?: string;
  /** Packets of other topics are not heard. @default the dialect's; at all but LiveAvatar every packet is heard */
  readonly receiveTopic?: string;
  /** Identities that the avatar's packets go to. @default everyone else in the room */
  readonly destinationIdentities?: readonly string[];
  /** How the avatar behaves and what it answers. */
  readonly avatar?: Omit<SimulatedAvatarOptions, 'port' | 'clock' | 'durationOf'>;
  /** Longest time to join, in milliseconds. @default 15000 */
  readonly connectTimeoutMs?: number;
  /**
   * `close()` ends `@livekit/rtc-node` in this process when no other bot runs: without that the process does not
   * exit. Set it to false where the process uses rtc-node for something else. @default true
   */
  readonly disposeSdk?: boolean;
  /** The room ended or the connection is lost for good. Not called for `leave()` and `close()`. */
  readonly onDisconnected?: () => void;
  /** @default the machine's */
  readonly clock?: Clock;
  /** @default silent */
  readonly logger?: Logger;
}

export type BotSettings = Required<
  Pick<
    LivekitBotOptions,
    | 'url'
    | 'width'
    | 'height'
    | 'framesPerSecond'
    | 'avatar'
    | 'connectTimeoutMs'
    | 'disposeSdk'
    | 'clock'
    | 'logger'
  >
> & {
  readonly sendTopic: string | undefined;
  readonly receiveTopic: string | undefined;
  readonly destinationIdentities: readonly string[] | undefined;
  readonly onDisconnected: () => void;
  token(): Promise<string>;
};

/** @throws AvatarError `invalid-credentials` or `invalid-argument`, naming the field */
export function toSettings(options: LivekitBotOptions): BotSettings {
  const { url, token, width = 512, height = 512, framesPerSecond = 20, connectTimeoutMs = 15_000 } = options;
  if (!isServerUrl(url))
    throw invalidCredentials('url', 'the address of a LiveKit server, such as ws://127.0.0.1:7880');
  if (typeof token !== 'function') checkToken(token);
  whole('width', width, 64, 1_280);
  whole('height', height, 64, 1_280);
  // Half the lines carry colour in the format that video is encoded in.
  if (width % 2 !== 0 || height % 2 !== 0) throw invalidArgument('width and height', 'even');
  whole('framesPerSecond', framesPerSecond, 1, 30);
  whole('connectTimeoutMs', connectTimeoutMs, 1, 2 ** 31 - 1);
  const { topics } = dialectOf(options.avatar?.dialect);
  return {
    url,
    width,
    height,
    framesPerSecond,
    connectTimeoutMs,
    avatar: options.avatar ?? {},
    disposeSdk: options.disposeSdk ?? true,
    clock: options.clock ?? systemClock,
    logger: options.logger ?? silentLogger,
    sendTopic: options.sendTopic ?? topics?.speaks,
    receiveTopic: options.receiveTopic ?? topics?.hears,
    destinationIdentities: options.destinationIdentities,
    onDisconnected: options.onDisconnected ?? (() => {}),
    token: async () => checkToken(typeof token === 'function' ? await token() : token),
  };
}

function isServerUrl(url: unknown): boolean {
  if (typeof url !== 'string' || !URL.canParse(url)) return false;
  return ['ws:', 'wss:', 'http:', 'https:'].includes(new URL(url).protocol);
}

function checkToken(token: unknown): string {
  if (typeof token !== 'string' || token === '') throw invalidCredentials('token', 'a LiveKit access token');
  return token;
}

function whole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw invalidArgument(name, `a whole number from ${least} to ${most}`);
}

function invalidArgument(name: string, expected: string): AvatarError {
  return new AvatarError('invalid-argument', `${name} must be ${expected}.`, { provider: 'livekit' });
}

function invalidCredentials(name: string, expected: string): AvatarError {
  return new AvatarError('invalid-credentials', `${name} must be ${expected}.`, { provider: 'livekit' });
}
