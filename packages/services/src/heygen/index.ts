/**
 * The browser half of HeyGen's streaming avatars, v1: plain WebRTC, where the service offers.
 *
 * ```ts
 * const session = createAvatarSession({
 *   transports: { webrtc: () => webrtc() },
 *   services: { heygen: () => heygen() },
 *   source: broker('/api/avatar'),
 * });
 * ```
 *
 * Everything that is said goes over REST, through the source's `call` (action `task`), and so does the signalling,
 * which the webrtc adapter does by itself (`answer`, `ice`). Source: HeyGen's StreamingAvatar sample and
 * docs.heygen.com, 2024 and 2025.
 */

import type { AvatarService } from '@avatarwire/core';
import { checkOption } from '../browser/check-option';
import { type LevelMeter, type LevelMeterMaker, webAudioMeter } from '../browser/web-audio-meter';
import { startHeygen } from './dialogue';

export type { LevelMeter, LevelMeterMaker };

export interface HeygenOptions {
  /** What hears whether the avatar speaks, unless the service says so itself. @default Web Audio */
  readonly meter?: LevelMeterMaker;
}

/** @throws AvatarError `invalid-argument`, naming the option */
export function heygen({ meter = webAudioMeter }: HeygenOptions = {}): AvatarService {
  checkOption('heygen', 'meter', typeof meter === 'function', 'a function');
  return {
    name: 'heygen',
    can: { speak: true, ask: false, interrupt: false, setParams: false, setAction: false },
    mode: 'retelling',
    acknowledges: false,
    start: (host) => startHeygen(host, meter),
  };
}
