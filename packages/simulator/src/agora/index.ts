/**
 * `@avatarwire/simulator/agora` is a double of `agora-rtc-sdk-ng`, over a network in memory: for the tests of an
 * adapter, and for pages without an account.
 *
 * ```ts
 * import { agora } from '@avatarwire/agora';
 * import { createAgoraCloud } from '@avatarwire/simulator/agora';
 *
 * const cloud = createAgoraCloud();
 * const avatar = cloud.network.join('room', '7');
 * const transport = agora({ sdk: cloud.sdk });
 * await transport.connect(cloud.credentials('room', 1), { signal, logger });
 * ```
 *
 * What it does was asked of the real SDK wherever that answers without its cloud: one table of claims runs on both.
 */

export type { AgoraClientDouble } from './agora-client';
export {
  type AgoraCloud,
  type AgoraCloudOptions,
  type AgoraCredentialsOptions,
  type AgoraRTCDouble,
  type AgoraSdkDouble,
  createAgoraCloud,
} from './agora-cloud';
export { type AgoraRTCException, agoraError } from './agora-error';
export type { RemoteUserDouble } from './agora-remote-users';
export type { LocalTrackDouble, LocalVideoTrackDouble, RemoteTrackDouble } from './agora-tracks';
export type * from './agora-types';
export type { AgoraBehaviour, AgoraFaults, AgoraQualityNow, AgoraReach } from './agora-world';
