/** AKOOL on an account of the user's: its key stands in the environment of this server, and never leaves it. */

import type { AkoolServerOptions } from '@avatarwire/services/akool/server';

export interface AkoolAccount {
  readonly server: AkoolServerOptions;
  readonly avatarId: string;
}

/** The one in AKOOL's own samples. */
export const DEFAULT_AVATAR = 'dvp_Tristan_cloth2_1080P';

/** The names, as `--help` shows them. */
export const akoolVariables = {
  key: 'AKOOL_API_KEY',
  pair: ['AKOOL_CLIENT_ID', 'AKOOL_CLIENT_SECRET'],
  optional: ['AVATARWIRE_DEMO_AVATAR_ID', 'AKOOL_BASE_URL'],
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Undefined without a key.
 *
 * @throws Error that names the variables, and never their values
 */
export function readAkoolAccount(environment: Environment): AkoolAccount | undefined {
  const keys = keysIn(environment);
  const { AVATARWIRE_DEMO_AVATAR_ID: avatarId, AKOOL_BASE_URL: baseUrl } = environment;
  if (keys === undefined) {
    const lonely = akoolVariables.optional.find((name) => environment[name]);
    if (lonely === undefined) return undefined;
    throw new Error(`${lonely} is set and no key is: set ${akoolVariables.key}, or leave it out.`);
  }
  return { server: { ...keys, ...(baseUrl && { baseUrl }) }, avatarId: avatarId || DEFAULT_AVATAR };
}

function keysIn(environment: Environment) {
  const { key, pair } = akoolVariables;
  const [apiKey, clientId, clientSecret] = [key, ...pair].map((name) => environment[name] || undefined);
  if (apiKey !== undefined && (clientId ?? clientSecret) !== undefined) {
    throw new Error(`${key} and ${pair.join(', ')} are two ways to say the same: set ${key}, or the pair.`);
  }
  if (apiKey !== undefined) return { apiKey };
  if (clientId !== undefined && clientSecret !== undefined) return { clientId, clientSecret };
  if (clientId === undefined && clientSecret === undefined) return undefined;
  const [there, missing] = clientId === undefined ? [pair[1], pair[0]] : pair;
  throw new Error(`${there} is set and ${missing} is not: both, or ${key}.`);
}
