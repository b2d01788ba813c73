/**
 * Talks with an avatar in another tab of the same origin, over `BroadcastChannel`.
 *
 * ```ts
 * import { createAvatarSession } from '@avatarwire/core';
 * import { broadcastChannel } from '@avatarwire/example-broadcast-channel';
 *
 * const session = createAvatarSession({
 *   transports: { 'broadcast-channel': () => broadcastChannel() },
 *   source: { provider: 'broadcast-channel', credentials: { room: 'lobby', name: 'visitor' } },
 * });
 * await session.connect();
 * ```
 *
 * Relies on: HTML, "Broadcasting to other browsing contexts" (order, same storage partition), and "Structured cloning"
 * (bytes are copied, and with a view all of its buffer); W3C WebRTC 1.0 for tracks.
 */

export type { BroadcastChannelOptions } from './broadcast-channel-options';
export type { BroadcastChannelClient } from './broadcast-channel-sdk';
export { type BroadcastChannelTransport, broadcastChannel } from './broadcast-channel-transport';
