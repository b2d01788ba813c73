import type { MediaState, SessionSnapshot } from '@avatarwire/core';

const off: MediaState = Object.freeze({
  status: 'off',
  muted: false,
  sending: false,
  permission: 'unknown',
  devices: [],
});

/**
 * What a server renders, and a browser while it hydrates: a session that nobody has connected. It is a constant, so
 * that both agree even when the page's session is further by then.
 */
export const idleSnapshot: SessionSnapshot = Object.freeze({
  state: 'idle',
  params: {},
  responsive: true,
  can: {
    speak: false,
    ask: false,
    interrupt: false,
    setParams: false,
    setAction: false,
    microphone: false,
    camera: false,
    screen: false,
  },
  messages: [],
  avatar: { present: false, speaking: false, audio: false, video: false },
  playback: 'none',
  microphone: off,
  camera: off,
  screen: off,
  speaker: { choosable: false, devices: [] },
  timings: {},
});
