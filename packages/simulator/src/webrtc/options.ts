import { AvatarError, type Clock, systemClock } from '@avatarwire/core';
import type { SimulatedAvatarOptions } from '../avatar';

export interface SimulatedWebRtcAvatarOptions {
  /** Size of the picture in pixels, 64 to 1920. @default 512 */
  readonly width?: number;
  /** @default 512 */
  readonly height?: number;
  /** 1 to 60. @default 25 */
  readonly framesPerSecond?: number;
  /** How the avatar behaves and what it answers. */
  readonly avatar?: Omit<SimulatedAvatarOptions, 'port' | 'clock' | 'durationOf'>;
  /** How long a service session lives; then the avatar says goodbye. @default without end */
  readonly expiresInMs?: number;
  /** @default the machine's */
  readonly clock?: Clock;
}

export interface Settings {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly avatar: NonNullable<SimulatedWebRtcAvatarOptions['avatar']>;
  readonly expiresInMs: number | undefined;
  readonly clock: Clock;
}

/** @throws AvatarError `invalid-argument`, naming the option */
export function toSettings(options: SimulatedWebRtcAvatarOptions): Settings {
  const {
    width = 512,
    height = 512,
    framesPerSecond = 25,
    avatar = {},
    expiresInMs,
    clock = systemClock,
  } = options;
  whole('width', width, 64, 1_920);
  whole('height', height, 64, 1_920);
  whole('framesPerSecond', framesPerSecond, 1, 60);
  if (expiresInMs !== undefined) whole('expiresInMs', expiresInMs, 1, 2 ** 31 - 1);
  return { width, height, framesPerSecond, avatar, expiresInMs, clock };
}

function whole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new AvatarError('invalid-argument', `${name} must be a whole number from ${least} to ${most}.`);
}
