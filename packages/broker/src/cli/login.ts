/** The login, where the environment describes one. */

import { jwtAuthenticate } from '../jwt';
import { isLoopback } from '../loopback';
import type { BrokerOptions } from '../options';
import type { Attempt } from './problems';
import type { EnvironmentReading } from './read-environment';
import { GROUPS } from './variables';

const LOGIN = Object.keys(GROUPS['The login, by JSON web tokens; without it only this machine is served']);
const KEYS = ['AVATARWIRE_JWT_SECRET', 'AVATARWIRE_JWT_PUBLIC_KEY', 'AVATARWIRE_JWT_JWKS_URL'];

export function makeLogin(
  { values, isSet }: EnvironmentReading,
  attempt: Attempt,
): BrokerOptions['authenticate'] | undefined {
  if (!LOGIN.some(isSet)) {
    if (values.AVATARWIRE_HOST !== undefined && !isLoopback(values.AVATARWIRE_HOST))
      attempt.say(
        'AVATARWIRE_HOST is no loopback address, so a login has to be set (AVATARWIRE_JWT_…): else everybody who reaches it spends your money.',
      );
    return undefined;
  }
  for (const name of ['AVATARWIRE_JWT_ISSUER', 'AVATARWIRE_JWT_AUDIENCE'])
    if (!isSet(name)) attempt.say(`${name} is missing.`);
  if (KEYS.filter(isSet).length !== 1) attempt.say(`Exactly one of ${KEYS.join(', ')} has to be set.`);
  const {
    AVATARWIRE_JWT_ISSUER: issuer,
    AVATARWIRE_JWT_AUDIENCE: audience,
    AVATARWIRE_JWT_SECRET: secret,
    AVATARWIRE_JWT_PUBLIC_KEY: key,
    AVATARWIRE_JWT_JWKS_URL: jwksUrl,
    AVATARWIRE_JWT_ALGORITHMS: algorithms,
    AVATARWIRE_JWT_CALLER_CLAIM: callerClaim,
    AVATARWIRE_JWT_HEADER: header,
  } = values;
  const source = secret ? { secret } : key ? { key } : jwksUrl ? { jwksUrl } : undefined;
  if (!source || KEYS.filter(isSet).length !== 1) return undefined;
  return attempt.make(NAMES, () =>
    jwtAuthenticate({
      // What is missing was said already; the rest is looked at all the same.
      issuer: issuer ?? 'missing',
      audience: audience ?? 'missing',
      ...source,
      ...(algorithms && { algorithms }),
      ...(callerClaim && { callerClaim }),
      ...(header && { header }),
    }),
  );
}

const NAMES = {
  issuer: 'AVATARWIRE_JWT_ISSUER',
  audience: 'AVATARWIRE_JWT_AUDIENCE',
  secret: 'AVATARWIRE_JWT_SECRET',
  key: 'AVATARWIRE_JWT_PUBLIC_KEY',
  jwksUrl: 'AVATARWIRE_JWT_JWKS_URL',
  algorithms: 'AVATARWIRE_JWT_ALGORITHMS',
  callerClaim: 'AVATARWIRE_JWT_CALLER_CLAIM',
  header: 'AVATARWIRE_JWT_HEADER',
};
