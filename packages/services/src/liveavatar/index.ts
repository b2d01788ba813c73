/**
 * The browser half of LiveAvatar, in its FULL mode.
 *
 * ```ts
 * const session = createAvatarSession({
 *   transports: { livekit: () => livekit() },
 *   services: { liveavatar: () => liveavatar() },
 *   source: broker('/api/avatar'),
 * });
 * ```
 *
 * Words, answers and signs are events over LiveKit's data channel; the source's `call` (action `keep-alive`) keeps the
 * session alive. Source: https://docs.liveavatar.com and LiveAvatar's web SDK, 2025 and 2026.
 */

import type { AvatarMode, AvatarService } from '@avatarwire/core';
import { checkMode, checkMs } from '../browser/check-option';
import { startLiveavatar } from './dialogue';

export interface LiveavatarOptions {
  /** What `send` means: LiveAvatar has no mode, each event says by itself what it is. @default 'dialogue' */
  readonly mode?: AvatarMode;
  /** How often the session is kept alive, in milliseconds. 1,000 to 240,000. @default 60000 */
  readonly keepAliveMs?: number;
  /**
   * How long without a word from either side until the session ends, in milliseconds, since we keep alive what the
   * service would end; `Infinity` for never. At least 10,000. @default 300000, after which the service ends a quiet
   * LITE session; of FULL nothing is documented
   */
  readonly idleMs?: number;
}

const NAME = 'liveavatar';

/** @throws AvatarError `invalid-argument`, naming the option */
export function liveavatar(options: LiveavatarOptions = {}): AvatarService {
  const { mode = 'dialogue', keepAliveMs = 60_000, idleMs = 300_000 } = options;
  checkMode(NAME, mode);
  checkMs(NAME, 'keepAliveMs', keepAliveMs, 1_000, 240_000);
  checkMs(NAME, 'idleMs', idleMs, 10_000, Infinity);
  return {
    name: NAME,
    can: { speak: true, ask: true, interrupt: true, setParams: false, setAction: false },
    mode,
    acknowledges: false,
    // It hears what the page publishes in its room; it is told of no picture. Source: its web SDK, 2026.
    takes: ['microphone'],
    ...(idleMs < Infinity && { idleMs }),
    start: (host) => startLiveavatar(host, { mode, keepAliveMs }),
  };
}
