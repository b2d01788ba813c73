import { AvatarError, type Clock, systemClock } from '@avatarwire/core';
import type { SimulatedAvatarOptions } from '../avatar';
import type { FaceBackground } from '../face';

/** What every simulated avatar with a face and a voice takes, whatever carries it. */
export interface FigureOptions {
  /** Size of the picture in pixels, 64 to 1920. @default 512 */
  readonly width?: number;
  /** @default 512 */
  readonly height?: number;
  /** 1 to 60. @default 25 */
  readonly framesPerSecond?: number;
  /** What stands behind the avatar; a function is asked for each picture. @default 'studio' */
  readonly background?: FaceBackground | (() => FaceBackground);
  /** How the avatar behaves and what it answers. */
  readonly avatar?: Omit<SimulatedAvatarOptions, 'port' | 'clock' | 'durationOf'>;
  /** @default the machine's */
  readonly clock?: Clock;
}

export type FigureSettings = Required<FigureOptions>;

/** @throws AvatarError `invalid-argument`, naming the option */
export function toFigureSettings(options: FigureOptions): FigureSettings {
  const { width = 512, height = 512, framesPerSecond = 25, background = 'studio' } = options;
  const { avatar = {}, clock = systemClock } = options;
  checkWhole('width', width, 64, 1_920);
  checkWhole('height', height, 64, 1_920);
  checkWhole('framesPerSecond', framesPerSecond, 1, 60);
  return { width, height, framesPerSecond, background, avatar, clock };
}

/** @throws AvatarError `invalid-argument`, naming the option */
export function checkWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new AvatarError('invalid-argument', `${name} must be a whole number from ${least} to ${most}.`);
}
