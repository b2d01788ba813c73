/** A video in the page that plays a canvas, drawn by hand: one frame for each call. */

import { onTestFinished } from 'vitest';

export const GREEN = 'rgb(0 177 64)';
export const SKIN = 'rgb(224 172 140)';

export interface Source {
  readonly stream: MediaStream;
  /** One frame: a square in the middle of a plain screen. */
  show(screen: string, square: string): void;
  resize(width: number, height: number): void;
}

export function createSource(width = 160, height = 120): Source {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const stream = canvas.captureStream(0);
  const [track] = stream.getVideoTracks() as [CanvasCaptureMediaStreamTrack];
  onTestFinished(() => track.stop());
  return {
    stream,
    show(screen, square) {
      context.fillStyle = screen;
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.fillStyle = square;
      context.fillRect(canvas.width / 4, canvas.height / 4, canvas.width / 2, canvas.height / 2);
      track.requestFrame();
    },
    resize(wider, higher) {
      canvas.width = wider;
      canvas.height = higher;
    },
  };
}

/** Both lie in sight, as a page would have them. */
export function createStage(): { readonly video: HTMLVideoElement; readonly canvas: HTMLCanvasElement } {
  const video = document.createElement('video');
  const canvas = document.createElement('canvas');
  video.muted = true;
  for (const element of [video, canvas]) {
    element.style.cssText = 'position:fixed;top:0;left:0;width:80px;height:60px';
    document.body.append(element);
  }
  onTestFinished(() => {
    video.srcObject = null;
    video.remove();
    canvas.remove();
  });
  return { video, canvas };
}

/** Plays the source, and resolves when its first frame can be seen. */
export async function play(video: HTMLVideoElement, source: Source): Promise<void> {
  video.srcObject = source.stream;
  const shown = nextFrame(video);
  source.show(GREEN, SKIN);
  await video.play();
  await shown;
}

export async function showFrame(
  video: HTMLVideoElement,
  source: Source,
  screen: string,
  square: string,
): Promise<void> {
  const shown = nextFrame(video);
  source.show(screen, square);
  await shown;
}

/** After whoever asked before has drawn it, in the same turn. */
export function nextFrame(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    video.requestVideoFrameCallback(() => resolve());
  });
}

/** Chromium's, and in no list of types yet. */
declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(options: { readonly kind: 'video' });
  readonly writable: WritableStream<VideoFrame>;
}

/** Plays frames of I420, skin before a green screen. `show` gives another one. */
export async function playMemoryFrames(video: HTMLVideoElement): Promise<{ show(): void }> {
  const [width, height] = [160, 120];
  const inSquare = (x: number, y: number) => x >= 0.25 && x < 0.75 && y >= 0.25 && y < 0.75;
  const plane = (columns: number, rows: number, screen: number, square: number) =>
    Array.from({ length: columns * rows }, (_, at) =>
      inSquare((at % columns) / columns, Math.floor(at / columns) / rows) ? square : screen,
    );
  const planes = new Uint8Array([
    ...plane(width, height, 129, 171),
    ...plane(width / 2, height / 2, 96, 109),
    ...plane(width / 2, height / 2, 55, 152),
  ]);
  const track = new MediaStreamTrackGenerator({ kind: 'video' });
  onTestFinished(() => track.stop());
  const writer = track.writable.getWriter();
  let shown = 0;
  const show = () => {
    const timestamp = shown++ * 33_333;
    void writer.write(
      new VideoFrame(planes, { format: 'I420', codedWidth: width, codedHeight: height, timestamp }),
    );
  };
  video.srcObject = new MediaStream([track]);
  const seen = nextFrame(video);
  // What is written before the element listens is lost.
  const feeding = setInterval(show, 33);
  await video.play();
  await seen;
  clearInterval(feeding);
  return { show };
}
