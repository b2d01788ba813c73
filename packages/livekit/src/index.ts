/**
 * avatarwire over LiveKit.
 *
 * ```ts
 * import { createAvatarSession } from '@avatarwire/core';
 * import { livekit } from '@avatarwire/livekit';
 *
 * const session = createAvatarSession({
 *   transports: { livekit: () => livekit() },
 *   source: { provider: 'livekit', credentials: { url, token } },
 * });
 * ```
 *
 * Relies on https://docs.livekit.io/transport/data/packets/ and
 * https://docs.livekit.io/reference/client-sdk-js/classes/Room.html; what they leave open was read in the SDK and run
 * against a livekit-server 1.13.5.
 */

export type { LivekitOptions, LivekitRoomOptions } from './livekit-options';
export type { LivekitSdk } from './livekit-sdk';
export { type LivekitTransport, livekit } from './livekit-transport';
