/** Everything that the environment says, made into what `serveBroker` takes, or the list of all that is wrong with it. */

import type { Logger } from '@avatarwire/core';
import type { AvatarServiceServer } from '@avatarwire/services';
import { createBroker } from '../create-broker';
import { memoryStore } from '../memory';
import type { ServeOptions } from '../node';
import type { BrokerLimits, BrokerOptions, BrokerTimings } from '../options';
import { redisStore } from '../redis';
import { sqliteStore } from '../sqlite';
import type { BrokerStore } from '../store';
import { makeLogin } from './login';
import { MODEL_NAMES, modelPieces, readModel } from './model';
import { makeAuthorize } from './presets';
import { type Attempt, collectProblems } from './problems';
import { type Environment, type EnvironmentReading, readEnvironment } from './read-environment';
import { makeServices } from './services';
import { LIMIT_FIELDS, TIMING_FIELDS, variableOf } from './variables';

export interface Settings {
  readonly serve: Omit<ServeOptions, 'store' | 'logger'>;
  /** Opens the store: the one thing here that touches anything. */
  openStore(): BrokerStore;
  /** In words, without any secret. */
  readonly storeName: string;
  readonly closeOnExit: boolean;
}

export interface SettingsReading {
  readonly reading: EnvironmentReading;
  readonly settings?: Settings;
  readonly problems: readonly string[];
}

export function readSettings(
  environment: Environment,
  loggerOf: (reading: EnvironmentReading) => Logger,
): SettingsReading {
  const reading = readEnvironment(environment);
  const { values, isSet } = reading;
  const problems = [...reading.problems];
  const attempt = collectProblems(problems);
  const logger = loggerOf(reading);
  const services = makeServices(reading, attempt, logger);
  const authenticate = makeLogin(reading, attempt);
  const authorize = makeAuthorize(reading, services, attempt);
  const model = readModel(reading, attempt);
  if (isSet('AVATARWIRE_STORE') && isSet('AVATARWIRE_REDIS_URL'))
    attempt.say('AVATARWIRE_STORE and AVATARWIRE_REDIS_URL must not both be set.');

  const options = {
    services,
    authorize: authorize ?? (() => undefined),
    ...(values.AVATARWIRE_BASE_PATH && { basePath: values.AVATARWIRE_BASE_PATH }),
    ...(values.AVATARWIRE_ALLOWED_ORIGINS && { allowedOrigins: values.AVATARWIRE_ALLOWED_ORIGINS }),
    ...(values.AVATARWIRE_EXCLUSIVE_KEYS && { exclusiveKeys: values.AVATARWIRE_EXCLUSIVE_KEYS }),
    limits: amountsOf<BrokerLimits>(reading, LIMIT_FIELDS),
    timings: amountsOf<BrokerTimings>(reading, TIMING_FIELDS),
    ...(model && { model }),
  };
  checkTogether(reading, options, attempt);
  if (problems.length > 0) return { reading, problems };

  const { AVATARWIRE_STORE: file = '', AVATARWIRE_REDIS_URL: url } = values;
  const settings: Settings = {
    serve: {
      ...options,
      ...(authenticate && { authenticate }),
      ...(values.AVATARWIRE_HOST !== undefined && { host: values.AVATARWIRE_HOST }),
      ...(values.AVATARWIRE_PORT !== undefined && { port: values.AVATARWIRE_PORT }),
      ...(values.AVATARWIRE_METRICS_PORT !== undefined && { metricsPort: values.AVATARWIRE_METRICS_PORT }),
      ...(values.AVATARWIRE_SWEEP_EVERY_MS && { sweepEveryMs: values.AVATARWIRE_SWEEP_EVERY_MS }),
      ...(values.AVATARWIRE_GRACE_MS !== undefined && { graceMs: values.AVATARWIRE_GRACE_MS }),
    },
    openStore: () => (url === undefined ? sqliteStore({ file }) : redisStore({ url })),
    storeName: url === undefined ? file : 'Redis',
    closeOnExit: values.AVATARWIRE_CLOSE_ON_EXIT ?? false,
  };
  return { reading, settings, problems };
}

/** Whatever the broker itself has to say, piece by piece: it stops at the first thing that is wrong. */
function checkTogether(
  reading: EnvironmentReading,
  {
    allowedOrigins = [],
    exclusiveKeys = [],
    services,
    model,
    timings = {},
    ...rest
  }: Omit<BrokerOptions, 'store' | 'authenticate'>,
  attempt: Attempt,
): void {
  const { amounts } = reading;
  for (const [shorter, longer] of [['beatMs', 'silenceMs'] as const, ['openMs', 'intentMs'] as const]) {
    const [less, more] = [variableOf(shorter), variableOf(longer)];
    if (Number(amounts[more]) <= Number(amounts[less])) attempt.say(`${more} has to be longer than ${less}.`);
  }
  const check = (piece: Partial<BrokerOptions>) =>
    attempt.make(OPTION_NAMES, () =>
      createBroker({
        ...rest,
        services: services.length > 0 ? services : [NO_SERVICE],
        store: memoryStore(),
        authenticate: () => undefined,
        ...piece,
      }),
    );
  check({ timings });
  for (const origin of allowedOrigins) check({ allowedOrigins: [origin] });
  for (const name of exclusiveKeys) check({ exclusiveKeys: [name] });
  for (const piece of modelPieces(reading)) check({ model: piece });
  if (model) check({ model });
}

function amountsOf<T>({ amounts }: EnvironmentReading, fields: readonly (keyof T & string)[]): Partial<T> {
  const given = fields.map((field) => [field, amounts[variableOf(field)]] as const);
  return Object.fromEntries(given.filter(([, amount]) => amount !== undefined)) as Partial<T>;
}

const never = () => Promise.reject(new Error('There is no service.'));

/** So that the rest is looked at where no service has a key. */
const NO_SERVICE: AvatarServiceServer = {
  name: 'none',
  providers: [],
  accepts: [],
  actions: [],
  open: never,
  close: never,
  settled: async () => {},
};

const OPTION_NAMES = {
  ...Object.fromEntries(LIMIT_FIELDS.map((field) => [`limits.${field}`, variableOf(field)])),
  ...Object.fromEntries(TIMING_FIELDS.map((field) => [`timings.${field}`, variableOf(field)])),
  basePath: 'AVATARWIRE_BASE_PATH',
  allowedOrigins: 'AVATARWIRE_ALLOWED_ORIGINS',
  exclusiveKeys: 'AVATARWIRE_EXCLUSIVE_KEYS',
  ...MODEL_NAMES,
};
