/** Services on accounts of the user's: their keys stand in the environment of this server, and never leave it. */

import { createHash } from 'node:crypto';
import type { Clock } from '@avatarwire/core';
import type { AvatarServiceServer } from '@avatarwire/services';
import { a2eServer } from '@avatarwire/services/a2e/server';
import { akoolServer } from '@avatarwire/services/akool/server';
import { heygenServer } from '@avatarwire/services/heygen/server';
import { liveavatarServer } from '@avatarwire/services/liveavatar/server';
import type { Company } from '../src/choice/companies';
import { readAkoolAccount } from './akool-account';

export interface ServiceAccount {
  readonly company: Company;
  readonly avatarId: string;
  readonly server: (clock: Clock) => AvatarServiceServer;
  /** Of the key and the address; tells two accounts apart, and tells neither. */
  readonly digest: string;
}

export interface ServiceAccounts {
  /** AKOOL first, where it is among them. */
  readonly accounts: readonly ServiceAccount[];
  /** Where open sessions are remembered. */
  readonly storeFile?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface KeyedVariables {
  readonly required: readonly [key: string, avatar: string];
  readonly optional: string;
}

type Keyed = Exclude<Company, 'akool'>;

/** The names, as `--help` shows them. */
export const keyedVariables: Readonly<Record<Keyed, KeyedVariables>> = {
  a2e: {
    required: ['A2E_API_KEY', 'AVATARWIRE_DEMO_A2E_AVATAR_ID'],
    optional: 'A2E_BASE_URL',
  },
  heygen: {
    required: ['HEYGEN_API_KEY', 'AVATARWIRE_DEMO_HEYGEN_AVATAR_ID'],
    optional: 'HEYGEN_BASE_URL',
  },
  liveavatar: {
    required: ['LIVEAVATAR_API_KEY', 'AVATARWIRE_DEMO_LIVEAVATAR_AVATAR_ID'],
    optional: 'LIVEAVATAR_BASE_URL',
  },
};

export const STORE_VARIABLE = 'AVATARWIRE_DEMO_STORE';

const servers = { a2e: a2eServer, heygen: heygenServer, liveavatar: liveavatarServer };
const companies = ['a2e', 'heygen', 'liveavatar'] as const satisfies readonly Keyed[];

/** @throws Error that names the variables, and never their values */
export function readServiceAccounts(environment: Environment): ServiceAccounts {
  const akool = akoolIn(environment);
  const keyed = companies.flatMap((company) => keyedIn(company, environment) ?? []);
  const accounts = [...(akool ? [akool] : []), ...keyed];
  const storeFile = environment[STORE_VARIABLE];
  if (storeFile && accounts.length === 0)
    throw new Error(`${STORE_VARIABLE} is set and no key of a service is: set one, or leave it out.`);
  return { accounts, ...(storeFile && { storeFile }) };
}

function akoolIn(environment: Environment): ServiceAccount | undefined {
  const account = readAkoolAccount(environment);
  if (account === undefined) return undefined;
  const { server, avatarId } = account;
  return {
    company: 'akool',
    avatarId,
    server: (clock) => akoolServer({ ...server, clock }),
    digest: digestOf(server),
  };
}

function keyedIn(company: Keyed, environment: Environment): ServiceAccount | undefined {
  const { required, optional } = keyedVariables[company];
  const given = [...required, optional].find((name) => environment[name]);
  if (given === undefined) return undefined;
  const missing = required.find((name) => !environment[name]);
  if (missing !== undefined)
    throw new Error(`${given} is set and ${missing} is not: both of ${required.join(', ')}, or none.`);
  const [apiKey = '', avatarId = ''] = required.map((name) => environment[name]);
  const baseUrl = environment[optional];
  const options = { apiKey, ...(baseUrl && { baseUrl }) };
  return {
    company,
    avatarId,
    server: (clock) => servers[company]({ ...options, clock }),
    digest: digestOf(options),
  };
}

function digestOf(account: object): string {
  return createHash('sha256').update(JSON.stringify(account)).digest('hex');
}
