/** One part of the soak, as it is reported. */

import type { Flatness } from './flatness';

export interface Part {
  readonly title: string;
  /** What ran. */
  readonly what: string;
  readonly seconds: number;
  readonly checks: readonly Check[];
  /** In the order in which they were taken. */
  readonly samples: readonly Row[];
}

/** A line of a table, by the heads of its columns. */
export type Row = Readonly<Record<string, number>>;

export interface Check {
  readonly what: string;
  readonly wanted: string;
  readonly found: string;
  /** Undefined where a run is too short to tell. */
  readonly pass: boolean | undefined;
}

/** Says how far a part is. */
export type Progress = (line: string) => void;

export function equal(what: string, wanted: string | number, found: string | number): Check {
  return { what, wanted: shown(wanted), found: shown(found), pass: wanted === found };
}

export function atMost(what: string, most: number, found: number): Check {
  return { what, wanted: `at most ${shown(most)}`, found: shown(found), pass: found <= most };
}

/** @param unit what there are thousands of */
export function flat(
  what: string,
  unit: string,
  { slope, error, bound, flat }: Flatness,
  measure = 'B',
): Check {
  const whole = (value: number) => `${Math.round(value).toLocaleString('en')} ${measure}`;
  return {
    what,
    wanted: `with its error below ${whole(bound)} per 1,000 ${unit}`,
    found: `${whole(slope)} ± ${whole(error)}`,
    pass: flat,
  };
}

export const shown = (value: string | number) =>
  typeof value === 'number' ? value.toLocaleString('en') : value;
