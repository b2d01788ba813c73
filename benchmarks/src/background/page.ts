/** Runs in a page: what taking the green out of 720p video costs the main thread, and how near the truth it comes. */

import { type BackgroundSettings, removeBackground } from '@avatarwire/core/background';
import { colourKeyOf, createKeyer, greenScreenFrame, type KeyingError, keyingError } from '../core-internals';
import { startVendorLoop } from './vendor-loop';
import { playFrames } from './video-frames';

export interface Cost {
  /** Milliseconds from when the browser gave a frame until it was drawn, in which the main thread does that alone. */
  readonly times: readonly number[];
  /** From the first to the last of them. */
  readonly seconds: number;
}

export type Way = 'webgl2' | '2d' | 'webgl2, threshold' | 'webgl2 and reading back' | 'vendor';

const SIZE = { width: 1_280, height: 720 };
const FRAMES_PER_SECOND = 30;

/** Draws as that way does until so many pictures were drawn; the first few are for warming up. */
export async function cost(way: Way, pictures: number, warmUp: number): Promise<Cost> {
  const { video, end } = await playFrames(greenScreenFrame(SIZE.width, SIZE.height).seen, FRAMES_PER_SECOND);
  const canvas = document.createElement('canvas');
  canvas.style.cssText = 'position:fixed;top:0;left:0;width:640px;height:360px';
  document.body.append(canvas);

  const times: number[] = [];
  const ends: number[] = [];
  let stop = () => {};
  await new Promise<void>((resolve) => {
    stop = startWay(way, video, canvas, (startedAt) => {
      const endedAt = performance.now();
      times.push(endedAt - startedAt);
      ends.push(endedAt);
      if (times.length === warmUp + pictures) resolve();
    });
  });
  stop();
  end();
  canvas.remove();
  const [first = 0, last = 0] = [ends[warmUp], ends.at(-1)];
  return { times: times.slice(warmUp), seconds: (last - first) / 1_000 };
}

function startWay(
  way: Way,
  video: HTMLVideoElement,
  canvas: HTMLCanvasElement,
  drawn: (startedAt: number) => void,
): () => void {
  if (way === 'vendor') return startVendorLoop(video, canvas, drawn);
  const renderer = way === '2d' ? '2d' : 'webgl2';
  const mode = way === 'webgl2, threshold' ? 'threshold' : 'chroma';
  let startedAt = Number.NaN;
  const request = video.requestVideoFrameCallback.bind(video);
  video.requestVideoFrameCallback = (callback) =>
    request((...given) => {
      startedAt = performance.now();
      callback(...given);
      if (renderer === '2d') drawn(startedAt);
    });
  const { stop } = removeBackground({ video, canvas, renderer, mode });
  // WebGL may draw a turn after the callback, from a copy of the frame: what is between counts as ours.
  if (renderer === 'webgl2') {
    const gl = canvas.getContext('webgl2') as WebGL2RenderingContext;
    const draw = gl.drawArrays.bind(gl);
    const readBack = way === 'webgl2 and reading back' && new Uint8Array(SIZE.width * SIZE.height * 4);
    gl.drawArrays = (...given) => {
      draw(...given);
      if (readBack) gl.readPixels(0, 0, SIZE.width, SIZE.height, gl.RGBA, gl.UNSIGNED_BYTE, readBack);
      if (!Number.isNaN(startedAt)) drawn(startedAt);
    };
  }
  return stop;
}

/** How far a keyed frame with spill and a shaded screen is from the figure alone. */
export function quality(mode: NonNullable<BackgroundSettings['mode']>): KeyingError {
  const frame = greenScreenFrame(SIZE.width, SIZE.height);
  const picture = document.createElement('canvas');
  Object.assign(picture, SIZE).getContext('2d')?.putImageData(frame.seen, 0, 0);
  const canvas = document.createElement('canvas');
  const keyer = createKeyer(canvas, 'webgl2', () => {}, new AbortController().signal);
  keyer.draw(picture, SIZE.width, SIZE.height, colourKeyOf({ mode }));
  const gl = canvas.getContext('webgl2') as WebGL2RenderingContext;
  const rows = new Uint8Array(SIZE.width * SIZE.height * 4);
  gl.readPixels(0, 0, SIZE.width, SIZE.height, gl.RGBA, gl.UNSIGNED_BYTE, rows);
  keyer.release();
  return keyingError(frame, fromTheTop(rows, SIZE.width * 4));
}

function fromTheTop(pixels: Uint8Array, rowBytes: number): Uint8Array {
  const turned = new Uint8Array(pixels.length);
  for (let row = 0; row < pixels.length; row += rowBytes) {
    turned.set(pixels.subarray(row, row + rowBytes), pixels.length - row - rowBytes);
  }
  return turned;
}
