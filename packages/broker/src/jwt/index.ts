/**
 * A login by JSON web tokens, for `authenticate`.
 *
 * ```ts
 * const authenticate = jwtAuthenticate({ issuer, audience: 'avatar', jwksUrl: 'https://login.example/keys' });
 * ```
 */

import { isAvatarError } from '@avatarwire/core';
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { isCallerId } from '../caller-id';
import type { Caller } from '../options';
import { keysOf } from './keys';
import { type CheckedJwtOptions, checkJwtOptions, type JwtOptions } from './options';

export type { JwtAlgorithm, JwtOptions } from './options';

const MAX_TOKEN_CHARACTERS = 8_192;
const TOKEN = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/**
 * Names the caller by a signed token, which has to hold `iss`, `aud`, `exp` and the claim that names the caller.
 *
 * Resolves with undefined for every token that is missing, malformed, forged, expired, not yet valid or too long (more
 * than 8192 characters). Rejects only when it cannot tell: with `network` when the key set could not be read.
 *
 * @throws AvatarError `invalid-argument`, naming the option
 */
export function jwtAuthenticate(options: JwtOptions): (request: Request) => Promise<Caller | undefined> {
  const checked = checkJwtOptions(options);
  const keys = keysOf(checked);
  return async (request) => {
    const token = tokenOf(request, checked.header);
    const claims = token === undefined ? undefined : await verified(token, keys, checked);
    const id = claims?.[checked.callerClaim];
    return claims && isCallerId(id) ? { id, claims } : undefined;
  };
}

/** Several headers of one name arrive joined by commas, which no token has. */
function tokenOf(request: Request, header: string): string | undefined {
  const value = request.headers.get(header) ?? '';
  const token = header === 'authorization' ? /^Bearer +(\S+)$/i.exec(value)?.[1] : value;
  return token !== undefined && token.length <= MAX_TOKEN_CHARACTERS && TOKEN.test(token) ? token : undefined;
}

async function verified(
  token: string,
  keys: JWTVerifyGetKey,
  options: CheckedJwtOptions,
): Promise<JWTPayload | undefined> {
  const { issuer, audience, algorithms, callerClaim, clockToleranceSeconds, clock } = options;
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms,
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(clock.wallNow()),
      requiredClaims: ['exp', callerClaim],
    });
    return payload;
  } catch (error) {
    if (isAboutTheToken(error)) return undefined;
    throw error;
  }
}

/** Beside what jose says: a key of another kind than the token's algorithm is refused as a `TypeError`. */
function isAboutTheToken(error: unknown): boolean {
  if (isAvatarError(error)) return false;
  return error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException;
}
