/** What is keyed out and how, checked once and turned into the numbers that both renderers calculate with. */

import { AvatarError } from '../errors';

export interface BackgroundSettings {
  /**
   * `chroma`: by distance of colour, with soft edges and without the green's reflection.
   *
   * `threshold`: for pages that must look as before. A pixel goes where its green is above 90 and its red and blue are
   * below 90, of 255; the others stay untouched. Source: the public demo page of HeyGen's streaming avatar. The other
   * settings do nothing then.
   *
   * @default 'chroma'
   */
  readonly mode?: 'chroma' | 'threshold';
  /**
   * The screen's colour, as `#rrggbb`.
   *
   * @default '#00b140', the usual studio green
   */
  readonly key?: string;
  /**
   * Up to this distance from the key a pixel is gone. Distance in Cb and Cr of BT.601, each from -0.5 to 0.5; from the
   * default key it is 0.33 to any grey and about 0.4 to skin.
   *
   * @default 0.12
   */
  readonly innerRadius?: number;
  /**
   * From this distance on a pixel is opaque; above `innerRadius`, at most 1.
   *
   * @default 0.28
   */
  readonly outerRadius?: number;
  /**
   * How much of the key's colour is taken out of what stays, where the screen shines through an edge or on to a cheek:
   * 0 nothing, 1 all. What is meant to be green gets paler by it.
   *
   * @default 1
   */
  readonly spill?: number;
}

export const backgroundDefaults: Required<BackgroundSettings> = Object.freeze({
  mode: 'chroma',
  key: '#00b140',
  innerRadius: 0.12,
  outerRadius: 0.28,
  spill: 1,
});

/** What the renderers calculate with: colours from 0 to 1. */
export interface ColourKey {
  readonly threshold: boolean;
  readonly key: readonly [red: number, green: number, blue: number];
  readonly innerRadius: number;
  readonly outerRadius: number;
  readonly spill: number;
}

/** @throws AvatarError `invalid-argument`, naming the setting */
export function colourKeyOf(settings: BackgroundSettings): ColourKey {
  const { mode, key, innerRadius, outerRadius, spill } = { ...backgroundDefaults, ...settings };
  require(mode === 'chroma' || mode === 'threshold', 'mode', "'chroma' or 'threshold'");
  require(/^#[\da-f]{6}$/i.test(key), 'key', 'a colour as #rrggbb');
  require(innerRadius >= 0 && innerRadius < 1, 'innerRadius', 'from 0 to below 1');
  require(outerRadius > innerRadius && outerRadius <= 1, 'outerRadius', 'above innerRadius and at most 1');
  require(spill >= 0 && spill <= 1, 'spill', 'from 0 to 1');
  const part = (at: number) => Number.parseInt(key.slice(at, at + 2), 16) / 255;
  const [red, green, blue] = [part(1), part(3), part(5)];
  require(red !== green || green !== blue, 'key', 'no grey: it is found by its colour');
  return { threshold: mode === 'threshold', key: [red, green, blue], innerRadius, outerRadius, spill };
}

export function require(holds: boolean, option: string, wanted: string): asserts holds {
  if (!holds) throw new AvatarError('invalid-argument', `${option} must be ${wanted}.`);
}
