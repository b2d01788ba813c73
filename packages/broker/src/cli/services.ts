/** The services whose key is in the environment. */

import type { Logger } from '@avatarwire/core';
import type { AvatarServiceServer } from '@avatarwire/services';
import { a2eServer } from '@avatarwire/services/a2e/server';
import { akoolServer } from '@avatarwire/services/akool/server';
import { heygenServer } from '@avatarwire/services/heygen/server';
import { liveavatarServer } from '@avatarwire/services/liveavatar/server';
import type { Attempt } from './problems';
import type { EnvironmentReading } from './read-environment';

const MAKERS = { a2e: a2eServer, heygen: heygenServer, liveavatar: liveavatarServer } as const;

export function makeServices(
  { values, isSet, problems }: EnvironmentReading,
  attempt: Attempt,
  logger: Logger,
): AvatarServiceServer[] {
  const services: (AvatarServiceServer | undefined)[] = [];
  // A key that is wrong hides nothing of an address that is.
  const make = (
    prefix: string,
    baseUrl: string | undefined,
    build: (base: { readonly baseUrl?: string }) => AvatarServiceServer,
  ) => {
    const alone = attempt.make(named(prefix), () => build({}));
    if (baseUrl === undefined) return alone;
    return attempt.make(named(prefix), () => build({ baseUrl }));
  };
  const pair = ['AKOOL_CLIENT_ID', 'AKOOL_CLIENT_SECRET'].filter(isSet);
  if (isSet('AKOOL_API_KEY') && pair.length > 0)
    attempt.say(`AKOOL_API_KEY and ${pair.join(', ')} must not both be set.`);
  else if (pair.length === 1)
    attempt.say(`${pair[0] === 'AKOOL_CLIENT_ID' ? 'AKOOL_CLIENT_SECRET' : 'AKOOL_CLIENT_ID'} is missing.`);
  const { AKOOL_API_KEY: apiKey, AKOOL_CLIENT_ID: clientId, AKOOL_CLIENT_SECRET: clientSecret } = values;
  const login =
    apiKey !== undefined ? { apiKey } : clientId && clientSecret ? { clientId, clientSecret } : undefined;
  if (login) {
    services.push(make('AKOOL', values.AKOOL_BASE_URL, (base) => akoolServer({ ...login, ...base, logger })));
  }
  for (const name of ['a2e', 'heygen', 'liveavatar'] as const) {
    const prefix = name.toUpperCase() as Uppercase<typeof name>;
    const apiKey = values[`${prefix}_API_KEY`];
    if (apiKey === undefined) continue;
    services.push(
      make(prefix, values[`${prefix}_BASE_URL`], (base) => MAKERS[name]({ apiKey, ...base, logger })),
    );
  }
  const made = services.filter((service) => service !== undefined);
  const keys = ['AKOOL_API_KEY', 'AKOOL_CLIENT_ID', 'A2E_API_KEY', 'HEYGEN_API_KEY', 'LIVEAVATAR_API_KEY'];
  if (!keys.some(isSet) && !problems.some((problem) => keys.some((name) => problem.startsWith(name))))
    attempt.say(`No service has a key. Set one of ${keys.join(', ')}.`);
  return made;
}

function named(prefix: string): Record<string, string> {
  return {
    apiKey: `${prefix}_API_KEY`,
    clientId: `${prefix}_CLIENT_ID`,
    clientSecret: `${prefix}_CLIENT_SECRET`,
    baseUrl: `${prefix}_BASE_URL`,
  };
}
