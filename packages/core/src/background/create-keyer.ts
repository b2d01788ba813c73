import { AvatarError } from '../errors';
import { canvasKeyer } from './canvas-keyer';
import type { Keyer, Renderer } from './keyer';
import { webglKeyer } from './webgl-keyer';

/**
 * @param redraw the canvas has lost its picture, and can be drawn on again
 * @param signal aborted when it is released
 * @throws AvatarError `unsupported`
 */
export function createKeyer(
  canvas: HTMLCanvasElement,
  wanted: Renderer | undefined,
  redraw: () => void,
  signal: AbortSignal,
): Keyer {
  // A canvas that has given one kind of context gives no other: 2D is for where there was no WebGL.
  const keyer =
    (wanted !== '2d' && webglKeyer(canvas, redraw, signal)) || (wanted !== 'webgl2' && canvasKeyer(canvas));
  if (keyer) return keyer;
  throw new AvatarError(
    'unsupported',
    `The canvas gives no ${wanted ?? 'webgl2 or 2d'} context: pass one that nothing else draws on.`,
  );
}
