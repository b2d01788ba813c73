/**
 * `@avatarwire/simulator/webrtc`: an avatar that lives in the page, reached over a loop-back of plain WebRTC.
 */
export { drawFace, type FaceContext2D, type FaceState, restingFace } from '../face';
export { createVoice, type Utterance, type Voice, type VoiceOptions } from '../voice';
export { type OfferingAvatar, type OfferingAvatarOptions, startOfferingAvatar } from './offering-avatar';
export type { SimulatedWebRtcAvatarOptions } from './options';
export { type SimulatedWebRtcAvatar, simulatedWebRtcAvatar } from './simulated-webrtc-avatar';
