/**
 * A double of TRTC's web SDK, over rooms in memory: its checks, its three ways of failing, its events and their order,
 * its own playback. For tests and demos without an account. Runs in Node and in browsers; does not need the SDK.
 *
 * ```ts
 * const cloud = createTrtcCloud();
 * const transport = trtc({ sdk: cloud.sdk });
 * await transport.connect(cloud.credentials('room'), { signal, logger });
 * ```
 */

export type { JoinFault } from './join-faults';
export type { Sounding } from './remote-audio-player';
export type {
  CustomMessage,
  EnterRoomConfig,
  LocalAudioConfig,
  LocalVideoConfig,
  RemoteVideoConfig,
  ScreenShareConfig,
  TrtcInstance,
  TrtcSdk,
  VideoProfile,
} from './trtc-api';
export type { TrtcClientDouble } from './trtc-client';
export { createTrtcCloud, type TrtcCloud } from './trtc-cloud';
export type { TrtcError } from './trtc-error';
export type { StreamType, TrtcEvents } from './trtc-events';
export type { TrtcCloudOptions, TrtcFaults } from './trtc-options';
