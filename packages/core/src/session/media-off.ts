/** How the devices stand before anything was asked of them. */

import type { MediaState, SpeakerState } from '../local-media';

export const MEDIA_OFF: MediaState = Object.freeze({
  status: 'off',
  muted: false,
  sending: false,
  permission: 'unknown',
  devices: [],
});

export const NO_SPEAKER: SpeakerState = Object.freeze({ choosable: false, devices: [] });
