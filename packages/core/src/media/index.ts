/**
 * The visitor's microphone, camera and screen, and the choice of a speaker, for `createAvatarSession({ media })`.
 *
 * ```ts
 * import { createAvatarSession } from '@avatarwire/core';
 * import { localMedia } from '@avatarwire/core/media';
 *
 * const session = createAvatarSession({ transports, source, media: localMedia() });
 * await session.connect();
 * await session.microphone.enable();
 * ```
 */

export { type LocalMediaOptions, localMedia } from './local-media';
export type { CapturedStream, MediaDevicesPort } from './media-devices';
export { VIDEO_QUALITIES, type VideoQualityFigures } from './video-qualities';
