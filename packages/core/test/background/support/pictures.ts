/** Pictures of which each pixel is known, and the pixels of a canvas as they are. */

export function canvasOf(pixels: ImageData): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = pixels.width;
  canvas.height = pixels.height;
  canvas.getContext('2d')?.putImageData(pixels, 0, 0);
  return canvas;
}

/** One row of opaque pixels. */
export function rowOf(colours: readonly (readonly [number, number, number])[]): ImageData {
  return new ImageData(new Uint8ClampedArray(colours.flatMap((colour) => [...colour, 255])), colours.length);
}

/** Premultiplied, from the top: to be called in the turn in which it was drawn. */
export function pixelsOf(canvas: HTMLCanvasElement): Uint8Array {
  const { width, height } = canvas;
  const pixels = new Uint8Array(width * height * 4);
  const gl = canvas.getContext('webgl2');
  if (gl) {
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    return fromTheTop(pixels, width * 4);
  }
  const straight = canvas.getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
  for (const [at, value] of straight.entries()) {
    const alpha = (straight[at | 3] ?? 0) / 255;
    pixels[at] = at % 4 === 3 ? value : Math.round(value * alpha);
  }
  return pixels;
}

function fromTheTop(pixels: Uint8Array, rowBytes: number): Uint8Array {
  const turned = new Uint8Array(pixels.length);
  for (let row = 0; row < pixels.length; row += rowBytes) {
    turned.set(pixels.subarray(row, row + rowBytes), pixels.length - row - rowBytes);
  }
  return turned;
}
