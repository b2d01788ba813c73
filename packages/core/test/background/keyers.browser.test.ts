import { describe, expect, onTestFinished, test } from 'vitest';
import { type BackgroundSettings, colourKeyOf } from '../../src/background/background-settings';
import { createKeyer } from '../../src/background/create-keyer';
import type { Renderer } from '../../src/background/keyer';
import { greenScreenFrame, keyingError } from './support/green-screen-frame';
import { canvasOf, pixelsOf, rowOf } from './support/pictures';

const RENDERERS: readonly Renderer[] = ['webgl2', '2d'];

/** Premultiplied, as real Chromium shows it. */
function keyed(renderer: Renderer, picture: ImageData, settings: BackgroundSettings): Uint8Array {
  const canvas = document.createElement('canvas');
  const keyer = createKeyer(canvas, renderer, () => {}, new AbortController().signal);
  onTestFinished(() => keyer.release());
  keyer.draw(canvasOf(picture), picture.width, picture.height, colourKeyOf(settings));
  return pixelsOf(canvas);
}

const pixelsIn = (bytes: Uint8Array) =>
  Array.from({ length: bytes.length / 4 }, (_, index) => [...bytes.subarray(index * 4, index * 4 + 4)]);

describe.each(RENDERERS)('on a real %s canvas', (renderer) => {
  test('the threshold takes exactly the pixels that its rule names, and leaves the others as they are', () => {
    const picture = rowOf([
      [0, 255, 0],
      [0, 177, 64],
      [89, 91, 89],
      [90, 200, 0],
      [0, 90, 0],
      [0, 80, 0],
      [144, 238, 144],
      [40, 200, 120],
    ]);
    expect(pixelsIn(keyed(renderer, picture, { mode: 'threshold' }))).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [90, 200, 0, 255],
      [0, 90, 0, 255],
      [0, 80, 0, 255],
      [144, 238, 144, 255],
      [40, 200, 120, 255],
    ]);
  });

  test('each border of the threshold is strict', () => {
    const picture = rowOf([
      [89, 91, 90],
      [90, 91, 89],
      [89, 90, 89],
      [0, 91, 0],
    ]);
    const alphas = pixelsIn(keyed(renderer, picture, { mode: 'threshold' })).map(([, , , alpha]) => alpha);
    expect(alphas).toEqual([255, 255, 255, 0]);
  });

  test('by chroma the usual greens go, bright and in shadow, and skin, hair, greys and blue stay', () => {
    const gone = rowOf([
      [0, 177, 64],
      [0, 255, 0],
      [0, 124, 45],
    ]);
    expect(pixelsIn(keyed(renderer, gone, {}))).toEqual(Array(3).fill([0, 0, 0, 0]));

    const stays = [
      [224, 172, 140],
      [90, 56, 40],
      [48, 34, 26],
      [255, 255, 255],
      [0, 0, 0],
      [128, 128, 128],
      [60, 60, 200],
    ] as const;
    expect(pixelsIn(keyed(renderer, rowOf(stays), {}))).toEqual(stays.map((colour) => [...colour, 255]));
  });

  test('half a grey figure over the screen becomes that figure, half transparent and without green', () => {
    const key = '#00ff00';
    const [pixel] = pixelsIn(
      keyed(renderer, rowOf([[60, 188, 60]]), { key, innerRadius: 0, outerRadius: 0.5338 }),
    );
    const [red, green, blue, alpha] = pixel as [number, number, number, number];
    expect(alpha).toBeGreaterThanOrEqual(126);
    expect(alpha).toBeLessThanOrEqual(129);
    for (const colour of [red, green, blue]) expect(Math.abs(colour - 60)).toBeLessThanOrEqual(2);
  });

  test('no colour is brighter than its alpha allows', () => {
    const bytes = keyed(renderer, greenScreenFrame(160, 120).seen, {});
    expect(
      pixelsIn(bytes).every(
        ([red, green, blue, alpha]) => Math.max(red ?? 0, green ?? 0, blue ?? 0) <= (alpha ?? 0),
      ),
    ).toBe(true);
  });

  test('another key takes another screen, and spares green', () => {
    const blueScreen = { key: '#0047bb' };
    const alphas = pixelsIn(
      keyed(
        renderer,
        rowOf([
          [0, 71, 187],
          [0, 177, 64],
        ]),
        blueScreen,
      ),
    ).map(([, , , alpha]) => alpha);
    expect(alphas).toEqual([0, 255]);
  });

  test('less spill reduction leaves more of the green light', () => {
    const lit = rowOf([[224, 216, 156]]);
    const greenOf = (spill: number) => keyed(renderer, lit, { spill })[1] ?? 0;
    expect(greenOf(0)).toBe(216);
    expect(greenOf(0.5)).toBeLessThan(216);
    expect(greenOf(1)).toBeLessThan(greenOf(0.5));
  });

  test('on a frame with spill and a shaded screen, chroma errs at most half as much as the threshold', () => {
    const frame = greenScreenFrame(320, 240);
    const threshold = keyingError(frame, keyed(renderer, frame.seen, { mode: 'threshold' }));
    const chroma = keyingError(frame, keyed(renderer, frame.seen, {}));
    expect(chroma.alpha / threshold.alpha).toBeLessThan(0.5);
    expect(chroma.colour / threshold.colour).toBeLessThan(0.55);
  });
});

test('WebGL2 and canvas 2D agree on every pixel of a frame, within what premultiplying rounds away', () => {
  const { seen } = greenScreenFrame(320, 240);
  const [gpu, cpu] = RENDERERS.map((renderer) => keyed(renderer, seen, {})) as [Uint8Array, Uint8Array];
  const differences = gpu.map((value, at) => Math.abs(value - (cpu[at] ?? 0)));
  expect(
    Math.max(
      ...[0, 1, 2, 3].map((channel) => Math.max(...differences.filter((_, at) => at % 4 === channel))),
    ),
  ).toBeLessThanOrEqual(2);
  expect(differences.some((_, at) => at % 4 === 3 && (gpu[at] ?? 0) > 0 && (gpu[at] ?? 0) < 255)).toBe(true);
});
