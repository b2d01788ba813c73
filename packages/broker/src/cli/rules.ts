/** What a variable has to be. The message says it, and never what the variable is. */

import * as v from 'valibot';

export const rule = <T>(words: string, read: (text: string) => T | undefined): v.GenericSchema<string, T> =>
  v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const value = read(dataset.value);
      if (value !== undefined) return value;
      addIssue({ message: `has to be ${words}` });
      return NEVER;
    }),
  );

export const text = (most = 4_096) =>
  rule(`1 to ${most} characters`, (given) => (given.length <= most ? given : undefined));
export const whole = (least: number, most: number) =>
  rule(`a whole number from ${least} to ${most}`, (given) => {
    const value = /^\d{1,16}$/.test(given) ? Number(given) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  });
export const number = (least: number, most: number) =>
  rule(`a number from ${least} to ${most}`, (given) => {
    const value = /^\d{1,9}(\.\d{1,9})?$/.test(given) ? Number(given) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  });
export const choice = <const T extends string>(names: readonly T[]) =>
  rule(`one of ${names.join(', ')}`, (given) => names.find((name) => name === given));
export const yesOrNo = rule('true or false', (given) =>
  given === 'true' || given === 'false' ? given === 'true' : undefined,
);
export const list = (words: string, fits: (item: string) => boolean) =>
  rule(words, (given) => {
    const items = given.split(',').map((item) => item.trim());
    return items.every(fits) ? items : undefined;
  });
export const address = rule('an http: or https: address', (given) =>
  /^https?:/.test(given) && URL.canParse(given) ? given : undefined,
);
export const redisAddress = rule('a redis: or rediss: address', (given) =>
  /^rediss?:/.test(given) && URL.canParse(given) ? given : undefined,
);
export const json = rule('JSON', (given): unknown => {
  try {
    return JSON.parse(given) as unknown;
  } catch {
    return undefined;
  }
});
