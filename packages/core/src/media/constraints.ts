import type { CameraFacing, VideoQuality } from '../local-media';
import type { PublishedSource } from '../transport';
import { VIDEO_QUALITIES } from './video-qualities';

/** Which device is meant; nothing for the system's own choice. */
export interface Choice {
  readonly deviceId?: string | undefined;
  readonly facing?: CameraFacing | undefined;
}

/** An avatar speaks out of the loudspeaker beside the microphone. */
const SPEECH: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

/** @param given of the application: before ours, behind the visitor's choice */
export function constraintsFor(
  source: PublishedSource,
  { deviceId, facing }: Choice,
  quality: VideoQuality | undefined,
  given: MediaTrackConstraints | undefined,
): MediaTrackConstraints {
  return {
    ...(quality === undefined ? SPEECH : pictureOf(source, quality)),
    ...given,
    ...(facing && { facingMode: facing }),
    ...(deviceId !== undefined && { deviceId: { exact: deviceId } }),
  };
}

/** A camera comes as near as it can; a window keeps its shape, and is made smaller at most. */
export function pictureOf(source: PublishedSource, quality: VideoQuality): MediaTrackConstraints {
  const { width, height, framesPerSecond } = VIDEO_QUALITIES[quality];
  const as = source === 'screen' ? 'max' : 'ideal';
  return { width: { [as]: width }, height: { [as]: height }, frameRate: { [as]: framesPerSecond } };
}
