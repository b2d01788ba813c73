import type { ColourKey } from './background-settings';

export type Renderer = 'webgl2' | '2d';

/** Draws pictures without their background on one canvas. */
export interface Keyer {
  readonly renderer: Renderer;
  /** Gives the canvas this size, if it has another, and draws. Throws what the browser throws. */
  draw(picture: Picture, width: number, height: number, key: ColourKey): void;
  clear(): void;
  /** Clears, and lets go of everything but the canvas's context, which lives and dies with the canvas. */
  release(): void;
}

/** What both renderers take: a video, and in tests pictures of which each pixel is known. */
export type Picture = HTMLVideoElement | HTMLCanvasElement | ImageBitmap;

/** Setting even the same size would clear the canvas and make its memory anew. */
export function fit(canvas: HTMLCanvasElement, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
