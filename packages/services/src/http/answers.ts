/** Shapes that the answers of several services are made of. Loose: only what is read is looked at. */

import * as v from 'valibot';

export const text = v.pipe(v.string(), v.nonEmpty());

/** A text where there is one; anything else counts as absent. */
export const maybeText = v.fallback(v.optional(text), undefined);

/** A flag where there is one. */
export const maybeFlag = v.fallback(v.optional(v.boolean()), undefined);

export const maybeNumber = v.fallback(v.optional(v.pipe(v.number(), v.finite())), undefined);

/** Whatever comes with a success of which nothing is read. */
export const anything = v.unknown();

/** An array of which the items that are not as documented are left out. */
export function listOf<T>(item: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, T[]> {
  return v.pipe(
    v.array(v.unknown()),
    v.transform((items) =>
      items.flatMap((value) => {
        const result = v.safeParse(item, value);
        return result.success ? [result.output] : [];
      }),
    ),
  );
}

/** The fields that have a value. */
export function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** Milliseconds since 1970, of a number of seconds or of milliseconds. */
export function epochMs(value: number | undefined): number | undefined {
  if (value === undefined || value <= 0) return undefined;
  return value > 100_000_000_000 ? value : value * 1_000;
}
