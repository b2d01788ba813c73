/**
 * The documented class `StreamingAvatar`, over any provider.
 *
 * ```ts
 * import { agora } from '@avatarwire/agora';
 * import { StreamEvents, StreamingAvatar } from '@avatarwire/streaming-avatar';
 *
 * const avatar = new StreamingAvatar({ transports: { agora: () => agora() } });
 * ```
 *
 * Relies on AKOOL's pages "JS SDK API" and "JS SDK best practice" for the names, and on nothing of that SDK.
 */

export type { CreateSessionAnswer, SessionWishes, StreamingSession } from './given-session';
export type { Closing, StreamingAvatarOptions } from './run';
export { type MessageDetail, type StreamEventDetails, StreamEvents } from './stream-events';
export { type StreamEventHandler, StreamingAvatar } from './streaming-avatar';
