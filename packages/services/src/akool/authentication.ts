/** Who we are to AKOOL: a key, or a token that `clientId` and `clientSecret` buy. */

import { AvatarError } from '@avatarwire/core';
import * as v from 'valibot';
import { text } from '../http/answers';
import type { Line } from '../http/attempt';
import { call } from '../http/line';
import { checkKey } from '../http/options';

export type AkoolKeys =
  | { readonly apiKey: string; readonly clientId?: never; readonly clientSecret?: never }
  | { readonly clientId: string; readonly clientSecret: string; readonly apiKey?: never };

type Headers = Readonly<Record<string, string>>;

export interface Authentication {
  /** What a request carries. */
  headers(): Promise<Headers>;
  /** What it carries after `refused` was refused; undefined where there is nothing else to try. */
  renewed(refused: Headers): Promise<Headers | undefined>;
}

/** @throws AvatarError `invalid-credentials`, naming the option */
export function createAuthentication(keys: AkoolKeys, line: Line): Authentication {
  const { service } = line.dialect;
  if (keys.apiKey !== undefined) {
    if (keys.clientId !== undefined || keys.clientSecret !== undefined) {
      throw new AvatarError(
        'invalid-credentials',
        'Give options.apiKey, or clientId and clientSecret; not both.',
        {
          service,
        },
      );
    }
    const apiKey = checkKey(service, 'apiKey', keys.apiKey);
    line.secrets.add(apiKey);
    return { headers: async () => ({ 'x-api-key': apiKey }), renewed: async () => undefined };
  }
  const clientId = checkKey(service, 'clientId', keys.clientId);
  const clientSecret = checkKey(service, 'clientSecret', keys.clientSecret);
  line.secrets.add(clientSecret);
  line.secrets.add(clientId);
  return tokenAuthentication(() => fetchToken(line, clientId, clientSecret));
}

/** One token for all; those who need one while it is fetched wait for the same answer. */
function tokenAuthentication(fetchToken: () => Promise<Headers>): Authentication {
  let current: Promise<Headers> | undefined;

  function anew(): Promise<Headers> {
    const fetching = fetchToken();
    current = fetching;
    // A failure is nobody's token: the next call tries again.
    fetching.catch(() => {
      if (current === fetching) current = undefined;
    });
    return fetching;
  }

  return {
    headers: () => current ?? anew(),
    async renewed(refused) {
      const known = current;
      // Somebody else may have fetched one since.
      if (known !== undefined && (await known) !== refused) return known;
      return current !== undefined && current !== known ? current : anew();
    },
  };
}

const answer = v.object({ token: v.pipe(text, v.regex(/^[\x21-\x7e]+$/)) });

async function fetchToken(line: Line, clientId: string, clientSecret: string): Promise<Headers> {
  const { token } = await call(line, {
    what: 'get token',
    method: 'POST',
    path: '/api/open/v3/getToken',
    body: { clientId, clientSecret },
    headers: {},
    repeat: 'safe',
    answer,
  });
  line.secrets.add(token);
  return { authorization: `Bearer ${token}` };
}
