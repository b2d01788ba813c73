import { AvatarError } from '@avatarwire/core';
import { a2eDialect } from './a2e';
import { akoolDialect } from './akool';
import type { AvatarDialect } from './dialect';
import { heygenDialect } from './heygen';
import { liveavatarDialect } from './liveavatar';

const BY_NAME = {
  akool: akoolDialect,
  a2e: a2eDialect,
  heygen: heygenDialect,
  liveavatar: liveavatarDialect,
} as const;

/** A service, whose avatars speak like this. */
export type DialectName = keyof typeof BY_NAME;

/** @throws AvatarError `invalid-argument` where a name is no service's */
export function dialectOf(dialect: DialectName | AvatarDialect = 'akool'): AvatarDialect {
  if (typeof dialect === 'object') return dialect;
  if (Object.hasOwn(BY_NAME, dialect)) return BY_NAME[dialect]();
  throw new AvatarError(
    'invalid-argument',
    `dialect must be one of ${Object.keys(BY_NAME).join(', ')}, or an object.`,
  );
}

export { type A2eDialectOptions, a2eDialect } from './a2e';
export { akoolDialect } from './akool';
export type { About, AvatarDialect, ClientFrame, Reading, Said, WriteContext } from './dialect';
export { type HeygenDialectOptions, heygenDialect } from './heygen';
export { type LiveavatarDialectOptions, liveavatarDialect } from './liveavatar';
