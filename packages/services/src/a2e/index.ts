/**
 * The browser half of A2E's streaming avatars.
 *
 * ```ts
 * const session = createAvatarSession({
 *   transports: { agora: () => agora() },
 *   services: { a2e: () => a2e() },
 *   source: broker('/api/avatar'),
 * });
 * ```
 *
 * Everything that is said goes over REST, through the source's `call` (actions `ask` and `speak`); the answers come as
 * `QA` packets over Agora. Source: https://api.a2e.ai, 2025.
 */

import type { AvatarMode, AvatarService } from '@avatarwire/core';
import { checkMode, checkMs, checkOption } from '../browser/check-option';
import { type LevelMeter, type LevelMeterMaker, webAudioMeter } from '../browser/web-audio-meter';
import { startA2e } from './dialogue';

export type { LevelMeter, LevelMeterMaker };

export interface A2eOptions {
  /** What `send` means: A2E has no mode, each call says by itself what it is. @default 'dialogue' */
  readonly mode?: AvatarMode;
  /**
   * How long the next `ask` waits for the answer to the one before, in milliseconds, counted anew with each part of it.
   * A2E's answers carry no id, so two at once could not be told apart. 1,000 to 600,000. @default 30000
   */
  readonly replyMs?: number;
  /** What hears whether the avatar speaks: A2E sends no sign of it. @default Web Audio */
  readonly meter?: LevelMeterMaker;
}

const NAME = 'a2e';

/** @throws AvatarError `invalid-argument`, naming the option */
export function a2e(options: A2eOptions = {}): AvatarService {
  const { mode = 'dialogue', replyMs = 30_000, meter = webAudioMeter } = options;
  checkMode(NAME, mode);
  checkMs(NAME, 'replyMs', replyMs, 1_000, 600_000);
  checkOption(NAME, 'meter', typeof meter === 'function', 'a function');
  return {
    name: NAME,
    can: { speak: true, ask: true, interrupt: false, setParams: false, setAction: false },
    mode,
    acknowledges: false,
    start: (host) => startA2e(host, { mode, replyMs, meter }),
  };
}
