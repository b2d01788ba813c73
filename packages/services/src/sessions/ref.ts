import { AvatarError } from '@avatarwire/core';
import type { ServiceSessionRef } from '../contract';

/** @throws AvatarError `invalid-argument` */
export function idOf(service: string, session: ServiceSessionRef): string {
  return checkId(service, 'session', typeof session === 'object' && session !== null ? session.id : session);
}

/** @throws AvatarError `invalid-argument`, naming the argument */
export function checkId(service: string, name: string, id: unknown): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (typeof id === 'string' && id.length <= 256 && /^[^\x00-\x1f\x7f]+$/.test(id)) return id;
  throw new AvatarError('invalid-argument', `${name} must be an id of 1 to 256 characters.`, { service });
}
