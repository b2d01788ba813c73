/**
 * avatarwire over Agora.
 *
 * ```ts
 * import { createAvatarSession } from '@avatarwire/core';
 * import { agora } from '@avatarwire/agora';
 *
 * const session = createAvatarSession({
 *   transports: { agora: () => agora() },
 *   source: { provider: 'agora', credentials: { appId, channel, token, uid } },
 * });
 * ```
 *
 * Relies on https://api-ref.agora.io/en/video-sdk/web/4.x/interfaces/iagorartcclient.html. Stream messages are not on
 * that page: what is said of them here was read and run in agora-rtc-sdk-ng 4.20.0 and 4.24.8, without Agora's cloud.
 */

export type { AgoraLogLevel, AgoraOptions } from './agora-options';
export type { AgoraModule, AgoraSdk } from './agora-sdk';
export { type AgoraTransport, agora } from './agora-transport';
