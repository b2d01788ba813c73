import type { BackgroundSettings } from '@avatarwire/core/background';
import { backdrops } from './backdrops';

/** How the avatar's background is treated. */
export interface Background {
  /**
   * `sent`: as it comes. `removed`: its green is taken out. `green`: the simulated avatar before its green screen, to be
   * compared with.
   */
  readonly picture: 'sent' | 'green' | 'removed';
  readonly mode: NonNullable<BackgroundSettings['mode']>;
  /** A CSS `background` that the browser takes. */
  readonly backdrop: string;
}

export const initialBackground: Background = { picture: 'sent', mode: 'chroma', backdrop: backdrops[3].css };
