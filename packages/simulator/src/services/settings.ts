import { AvatarError } from '@avatarwire/core';

/**
 * The settings of a service, where each number that was chosen is one from 0.
 *
 * @throws AvatarError `invalid-argument`, naming the setting
 */
export function settingsOf<S extends object>(service: string, defaults: S, chosen: Partial<S>): S {
  for (const [name, value] of Object.entries(chosen)) {
    const isNumber = typeof Reflect.get(defaults, name) === 'number';
    if (isNumber && !(typeof value === 'number' && value >= 0))
      throw new AvatarError('invalid-argument', `${service}.${name} has to be a number from 0.`);
  }
  return { ...defaults, ...chosen };
}
