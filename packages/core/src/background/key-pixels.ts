import type { ColourKey } from './background-settings';

/**
 * The shader's calculation for canvas 2D, in place. Pixels are red, green, blue and alpha from 0 to 255, not
 * premultiplied, and opaque before.
 */
export function keyPixels(pixels: Uint8ClampedArray, rule: ColourKey): void {
  const { threshold, key, innerRadius, outerRadius, spill } = rule;
  const [keyRed, keyGreen, keyBlue] = key;
  const keyCb = cb(keyRed, keyGreen, keyBlue);
  const keyCr = cr(keyRed, keyGreen, keyBlue);
  const keySquare = keyCb * keyCb + keyCr * keyCr;
  for (let at = 0; at < pixels.length; at += 4) {
    const red = pixels[at] as number;
    const green = pixels[at + 1] as number;
    const blue = pixels[at + 2] as number;
    if (threshold) {
      if (green > 90 && red < 90 && blue < 90) pixels[at + 3] = 0;
      continue;
    }
    const pixelCb = cb(red, green, blue) / 255;
    const pixelCr = cr(red, green, blue) / 255;
    const amount = Math.max(0, (pixelCb * keyCb + pixelCr * keyCr) / keySquare);
    const scale = Math.max(1, amount);
    const awayCb = pixelCb / scale - keyCb;
    const awayCr = pixelCr / scale - keyCr;
    const distance = Math.sqrt(awayCb * awayCb + awayCr * awayCr);
    const alpha = Math.min(1, (distance - innerRadius) / (outerRadius - innerRadius));
    pixels[at + 3] = alpha * 255;
    if (alpha <= 0) continue;
    const taken = spill * amount * 255;
    pixels[at] = (red - taken * keyRed) / alpha;
    pixels[at + 1] = (green - taken * keyGreen) / alpha;
    pixels[at + 2] = (blue - taken * keyBlue) / alpha;
  }
}

const cb = (red: number, green: number, blue: number) => -0.168736 * red - 0.331264 * green + 0.5 * blue;
const cr = (red: number, green: number, blue: number) => 0.5 * red - 0.418688 * green - 0.081312 * blue;
