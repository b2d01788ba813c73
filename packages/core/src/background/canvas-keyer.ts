import { keyPixels } from './key-pixels';
import { fit, type Keyer } from './keyer';

/** For browsers without WebGL2: reads each frame back and calculates it here. */
export function canvasKeyer(canvas: HTMLCanvasElement): Keyer | undefined {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return;
  const clear = () => context.clearRect(0, 0, canvas.width, canvas.height);
  return {
    renderer: '2d',
    draw(picture, width, height, key) {
      fit(canvas, width, height);
      context.drawImage(picture, 0, 0, width, height);
      const pixels = context.getImageData(0, 0, width, height);
      keyPixels(pixels.data, key);
      context.putImageData(pixels, 0, 0);
    },
    clear,
    release: clear,
  };
}
