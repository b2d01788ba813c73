/** What a page sends through `call`: looked at here, so that only what is meant reaches a service. */

import { AvatarError } from '@avatarwire/core';
import * as v from 'valibot';

/** A schema, and what it wants in words. */
export type Wanted<T> = readonly [v.GenericSchema<unknown, T>, string];

/** @throws AvatarError `invalid-argument`, naming the field */
export function fieldOf<T>(service: string, body: unknown, name: string, [schema, words]: Wanted<T>): T {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw new AvatarError('invalid-argument', `body.${name} must be ${words}.`, { service });
}

/** Ours: no service documents how much it takes at once. */
const MOST_TEXT_CHARACTERS = 10_000;

export const someText: Wanted<string> = [
  v.pipe(
    v.string(),
    v.maxLength(MOST_TEXT_CHARACTERS),
    v.check((value) => value.trim() !== ''),
  ),
  `a text that is not empty, of at most ${MOST_TEXT_CHARACTERS} characters`,
];

/** @throws AvatarError `unsupported`, naming the action */
export function actionOf<T>(
  service: string,
  title: string,
  actions: Readonly<Record<string, T>>,
  name: unknown,
): T {
  const action = typeof name === 'string' && Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action !== undefined) return action;
  const known = Object.keys(actions).join(', ');
  const asked = typeof name === 'string' ? name.slice(0, 64) : typeof name;
  throw new AvatarError('unsupported', `action: ${title} has ${known}, and no "${asked}".`, { service });
}
