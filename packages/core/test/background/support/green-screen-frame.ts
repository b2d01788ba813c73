/**
 * A frame before a green screen whose every pixel is known: head, hair and shoulders with soft edges before a screen that
 * gets darker towards a corner, which shines on to the figure's rim. The same each time.
 */

export interface KnownFrame {
  readonly width: number;
  readonly height: number;
  /** What a camera sees: RGBA, opaque. */
  readonly seen: ImageData;
  /** The figure alone, 0 to 255 and 0 to 1, three colours and an alpha for each pixel. */
  readonly figure: Float32Array;
}

type Colour = readonly [number, number, number];

const SCREEN: Colour = [0, 177, 64];
const SHIRT: Colour = [235, 236, 240];
const HAIR: Colour = [48, 34, 26];
const SKIN: Colour = [224, 172, 140];
/** How much of the screen's light falls on the figure's rim, and how far in, against the frame's height. */
const SPILL = 0.25;
const SPILL_REACH = 1 / 6;

export function greenScreenFrame(width: number, height: number): KnownFrame {
  const seen = new ImageData(width, height);
  const figure = new Float32Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const [u, v] = [x / width, y / height];
      const light = 1.15 - 0.55 * v * (0.5 + 0.5 * u);
      const [red, green, blue, alpha] = figureAt(u, v);
      figure.set([red, green, blue, alpha], at);
      const rim = SPILL * alpha * (1 - Math.max(inHead(u, v, SPILL_REACH), inShoulders(u, v, SPILL_REACH)));
      for (const [channel, own] of [red, green, blue].entries()) {
        const screen = (SCREEN[channel] ?? 0) * light;
        const lit = Math.min(255, own + rim * screen);
        seen.data[at + channel] = Math.round(lit * alpha + Math.min(255, screen) * (1 - alpha));
      }
      seen.data[at + 3] = 255;
    }
  }
  return { width, height, seen, figure };
}

function figureAt(u: number, v: number): [number, number, number, number] {
  let [red, green, blue, alpha] = [0, 0, 0, 0];
  for (const [colour, above] of [
    [SHIRT, inShoulders(u, v, 3 / 240)],
    [HAIR, inHead(u, v, 6 / 240)],
    [SKIN, inEllipse(u, v, { y: 95 / 240, rx: 46 / 240, ry: 56 / 240 }, 2 / 240)],
  ] as const) {
    const below = alpha * (1 - above);
    alpha = above + below;
    if (alpha === 0) continue;
    red = (colour[0] * above + red * below) / alpha;
    green = (colour[1] * above + green * below) / alpha;
    blue = (colour[2] * above + blue * below) / alpha;
  }
  return [red, green, blue, alpha];
}

const inHead = (u: number, v: number, soft: number) =>
  inEllipse(u, v, { y: 85 / 240, rx: 58 / 240, ry: 68 / 240 }, soft);
const inShoulders = (u: number, v: number, soft: number) =>
  inEllipse(u, v, { y: 250 / 240, rx: 110 / 240, ry: 90 / 240 }, soft);

/** 1 inside, 0 outside, and a slope as wide as `soft` on the edge. Lengths are against the frame's height, 4 to 3. */
function inEllipse(
  u: number,
  v: number,
  { y, rx, ry }: { readonly y: number; readonly rx: number; readonly ry: number },
  soft: number,
): number {
  const inside = (1 - Math.hypot(((u - 0.5) * 4) / 3 / rx, (v - y) / ry)) * Math.min(rx, ry);
  return Math.min(1, Math.max(0, inside / soft + 0.5));
}

export interface KeyingError {
  /** Mean difference of alpha, 0 to 255. */
  readonly alpha: number;
  /** Mean difference of a colour, 0 to 255, before white and before dark blue. */
  readonly colour: number;
}

const BACKGROUNDS: readonly Colour[] = [
  [255, 255, 255],
  [20, 24, 60],
];

/** How far a keyed picture, premultiplied RGBA, is from the figure alone. */
export function keyingError({ figure, width, height }: KnownFrame, keyed: Uint8Array): KeyingError {
  let [alphaSum, colourSum] = [0, 0];
  for (let at = 0; at < figure.length; at += 4) {
    const wantedAlpha = figure[at + 3] ?? 0;
    const alpha = (keyed[at + 3] ?? 0) / 255;
    alphaSum += Math.abs(alpha - wantedAlpha) * 255;
    for (const background of BACKGROUNDS) {
      for (const channel of [0, 1, 2] as const) {
        const wanted = (figure[at + channel] ?? 0) * wantedAlpha + background[channel] * (1 - wantedAlpha);
        const shown = (keyed[at + channel] ?? 0) + background[channel] * (1 - alpha);
        colourSum += Math.abs(shown - wanted);
      }
    }
  }
  const pixels = width * height;
  return { alpha: alphaSum / pixels, colour: colourSum / (pixels * 3 * BACKGROUNDS.length) };
}
