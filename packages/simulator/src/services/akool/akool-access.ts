import type { Clock } from '@avatarwire/core';
import type { Random } from '../../random';
import { type Call, fieldsOf, isText, type Route } from '../call';
import { alphanumeric } from '../names';
import { refusal, success } from './akool-answers';

export interface AkoolKeys {
  readonly apiKey: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface AkoolAccess {
  readonly routes: readonly Route[];
  /** @throws ServiceRefusal 1102 without credentials, 1101 with wrong or old ones */
  check(call: Call): void;
  /** Every token given so far is refused with 1101 from now on. */
  expireTokens(): void;
}

/** "More than a year" [docs]. */
const TOKEN_LIFE_MS = 400 * 24 * 3_600_000;
/** With more, the oldest is refused. */
const MOST_TOKENS = 10_000;

export function createAkoolAccess(
  keys: AkoolKeys,
  clock: Clock,
  random: Random,
  tokenAt: () => 'top' | 'data',
): AkoolAccess {
  const tokens = new Map<string, number>();

  return {
    routes: [
      {
        name: 'token',
        method: 'POST',
        path: '/api/open/v3/getToken',
        handle(call) {
          const { clientId, clientSecret } = fieldsOf(call);
          if (!isText(clientId) || !isText(clientSecret)) throw refusal(1_003);
          if (clientId !== keys.clientId || clientSecret !== keys.clientSecret) throw refusal(1_101);
          const token = alphanumeric(random, 64);
          tokens.set(token, clock.now() + TOKEN_LIFE_MS);
          const oldest = tokens.keys().next();
          if (tokens.size > MOST_TOKENS && !oldest.done) tokens.delete(oldest.value);
          return tokenAt() === 'top' ? success(undefined, { token }) : success({ token });
        },
      },
    ],
    check({ headers }) {
      const { authorization } = headers;
      // Where both are given, `Authorization` counts [docs].
      if (authorization !== undefined) {
        const token = /^Bearer (.+)$/.exec(authorization)?.[1];
        if (token === undefined) throw refusal(1_102);
        const until = tokens.get(token);
        if (until === undefined || until <= clock.now()) throw refusal(1_101);
        return;
      }
      const key = headers['x-api-key'];
      if (!isText(key)) throw refusal(1_102);
      if (key !== keys.apiKey) throw refusal(1_101);
    },
    expireTokens: () => tokens.clear(),
  };
}
