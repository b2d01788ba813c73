/**
 * avatarwire over TRTC.
 *
 * ```ts
 * import { createAvatarSession } from '@avatarwire/core';
 * import { trtc } from '@avatarwire/trtc';
 *
 * const session = createAvatarSession({
 *   transports: { trtc: () => trtc() },
 *   source: { provider: 'trtc', credentials: { sdkAppId, room, userId, userSig } },
 * });
 * ```
 *
 * Relies on https://web.sdk.qcloud.com/trtc/webrtc/v5/doc/en/TRTC.html; where that leaves something open or is not what
 * the SDK does, on trtc-sdk-v5 5.17.1 itself, run in Chromium without a network.
 */

export type { TrtcLogLevel, TrtcOptions } from './trtc-options';
export type { TrtcClient, TrtcModule, TrtcSdk } from './trtc-sdk';
export { type TrtcTransport, trtc } from './trtc-transport';
