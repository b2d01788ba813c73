import { AvatarError, type Clock } from '@avatarwire/core';
import { drawFace, type FaceState } from '../face';

export interface FaceVideoOptions {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly clock: Clock;
  faceAt(nowMs: number): FaceState;
}

export interface FaceVideo {
  readonly track: MediaStreamTrack;
  /** Frames drawn so far. */
  readonly frames: number;
  close(): void;
}

/**
 * The face as a real video track, from a canvas that is in no document. A hidden tab paints no canvas and slows its
 * timers to one a second: there the picture stands still, and goes on when the tab is seen again.
 *
 * @throws AvatarError `unsupported` where a canvas cannot be captured
 */
export function createFaceVideo(options: FaceVideoOptions): FaceVideo {
  const { width, height, framesPerSecond, clock } = options;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { alpha: false });
  const track =
    context === null || typeof canvas.captureStream !== 'function'
      ? undefined
      : canvas.captureStream(framesPerSecond).getVideoTracks()[0];
  if (context === null || track === undefined) {
    throw new AvatarError(
      'unsupported',
      'This browser cannot make a video track from a canvas (captureStream).',
    );
  }
  // Drawn, so its edges count: as 'motion' browsers send a third of the size until they know the way to be wide, which
  // takes 5 to 15 s (Chromium 156: 240 of 720 pixels).
  track.contentHint = 'detail';

  let frames = 0;
  let closed = false;
  let cancel = () => {};
  let dueAt = clock.now();
  const draw = (): void => {
    // A drawing error must not end the picture for good, nor must it go unseen: the schedule comes first.
    const now = clock.now();
    dueAt = Math.max(dueAt + 1_000 / framesPerSecond, now);
    cancel = clock.schedule(draw, dueAt - now);
    drawFace(context, options.faceAt(now), now);
    frames += 1;
  };
  draw();

  return {
    track,
    get frames() {
      return frames;
    },
    close() {
      if (closed) return;
      closed = true;
      cancel();
      track.stop();
    },
  };
}
