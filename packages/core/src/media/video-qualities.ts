import type { VideoQuality } from '../local-media';

export interface VideoQualityFigures {
  /** In pixels, of a picture that is wider than high. */
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  /** At most. */
  readonly bitsPerSecond: number;
}

export const DEFAULT_QUALITY: VideoQuality = 'medium';

/** What a camera is asked for, and at most what is sent of camera and screen. Chosen by us; no vendor asks for them. */
export const VIDEO_QUALITIES: Readonly<Record<VideoQuality, VideoQualityFigures>> = Object.freeze({
  low: Object.freeze({ width: 640, height: 360, framesPerSecond: 15, bitsPerSecond: 400_000 }),
  medium: Object.freeze({ width: 1_280, height: 720, framesPerSecond: 24, bitsPerSecond: 1_500_000 }),
  high: Object.freeze({ width: 1_920, height: 1_080, framesPerSecond: 30, bitsPerSecond: 3_000_000 }),
});
