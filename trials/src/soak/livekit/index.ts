/** The part of the soak that needs a Chromium and a livekit-server. */

export { lacking, versions } from './programs';
export { soakLivekit } from './soak-livekit';
