/** The options of a broker, looked at once, with everything in its place. */

import { AvatarError, type Clock, type Logger, silentLogger, systemClock } from '@avatarwire/core';
import type { AvatarServiceServer } from '@avatarwire/services';
import { DEFAULT_BASE_PATH, DEFAULT_LIMITS, DEFAULT_TIMINGS } from './defaults';
import type { Observe } from './observation';
import type { BrokerLimits, BrokerOptions, BrokerTimings } from './options';

export interface CheckedOptions
  extends Pick<BrokerOptions, 'services' | 'authenticate' | 'authorize' | 'store' | 'model'> {
  readonly basePath: string;
  readonly allowedOrigins: ReadonlySet<string>;
  readonly exclusiveKeys: readonly string[];
  readonly limits: BrokerLimits;
  readonly timings: BrokerTimings;
  readonly logger: Logger;
  readonly observe: Observe;
  readonly clock: Clock;
  readonly randomBytes: (count: number) => Uint8Array;
  /** From 0 to 1, out of `randomBytes`. */
  readonly random: () => number;
}

const BASE_PATH = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$/;
const OTHER_ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@\\]+$/;

/** @throws AvatarError `invalid-argument`, naming the option */
export function checkOptions(options: BrokerOptions): CheckedOptions {
  const {
    authenticate,
    authorize,
    store,
    basePath = DEFAULT_BASE_PATH,
    allowedOrigins = [],
    exclusiveKeys = [],
    logger: given = silentLogger,
    clock = systemClock,
    randomBytes = (count) => crypto.getRandomValues(new Uint8Array(count)),
    model,
  } = options;
  const logger = logSafely(given);
  const services = checkServices(options.services);
  checkFunction('authenticate', authenticate);
  checkFunction('authorize', authorize);
  if (typeof store?.begin !== 'function') {
    throw wrong('store', 'has to be a store: a broker that forgets leaves paid sessions open.');
  }
  if (!BASE_PATH.test(basePath)) {
    throw wrong('basePath', 'has to be a path such as /api/avatar, without a slash at its end.');
  }
  const limits = checkAmounts('limits', DEFAULT_LIMITS, options.limits);
  const timings = checkAmounts('timings', DEFAULT_TIMINGS, options.timings);
  if (timings.silenceMs <= timings.beatMs) {
    throw wrong('timings.silenceMs', 'has to be longer than timings.beatMs.');
  }
  if (timings.intentMs <= timings.openMs) {
    throw wrong('timings.intentMs', 'has to be longer than timings.openMs.');
  }

  return {
    services,
    authenticate,
    authorize,
    store,
    basePath,
    allowedOrigins: new Set(allowedOrigins.map(checkOrigin)),
    exclusiveKeys: exclusiveKeys.map((name) => checkExclusive(name, services)),
    limits,
    timings,
    logger,
    observe: observeSafely(options.observe, logger),
    clock,
    randomBytes,
    random: () => new DataView(randomBytes(4).slice().buffer).getUint32(0) / 2 ** 32,
    ...(model && { model }),
  };
}

function wrong(option: string, message: string): AvatarError {
  return new AvatarError('invalid-argument', `options.${option} ${message}`);
}

function checkFunction(option: string, value: unknown): void {
  if (typeof value !== 'function') throw wrong(option, 'has to be a function.');
}

function checkServices(services: unknown): readonly AvatarServiceServer[] {
  if (!Array.isArray(services) || services.length === 0 || !services.every(isService)) {
    throw wrong('services', 'has to hold server halves of services, at least one.');
  }
  const names = services.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw wrong('services', `holds ${twice} twice.`);
  return services;
}

function isService(value: unknown): value is AvatarServiceServer {
  const { name, open, close } = (value ?? {}) as Partial<Record<string, unknown>>;
  return typeof name === 'string' && name !== '' && typeof open === 'function' && typeof close === 'function';
}

function checkAmounts<T extends object>(option: string, defaults: T, given: Partial<T> = {}): T {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, name)) throw wrong(`${option}.${name}`, 'is no option.');
    if (value !== undefined && !(typeof value === 'number' && Number.isFinite(value) && value > 0)) {
      throw wrong(`${option}.${name}`, 'has to be a number above 0.');
    }
  }
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(set) };
}

/** As a browser sends it: `https://app.example.com`. Apps in a shell have schemes of their own. */
function checkOrigin(origin: string): string {
  const isWeb = /^https?:/.test(origin);
  const exact = isWeb ? URL.canParse(origin) && new URL(origin).origin === origin : OTHER_ORIGIN.test(origin);
  if (exact && !origin.includes('*')) return origin;
  throw wrong('allowedOrigins', 'has to hold exact origins such as https://app.example.com, without a path.');
}

function checkExclusive(name: string, services: readonly AvatarServiceServer[]): string {
  const service = services.find((each) => each.name === name);
  if (!service) throw wrong('exclusiveKeys', `names ${name}, which is not among the services.`);
  if (!service.list) throw wrong('exclusiveKeys', `names ${name}, which cannot list its sessions.`);
  return name;
}

/** A log that fails takes nothing along: no answer, and no closing of a session. */
export function logSafely(logger: Logger): Logger {
  const safely =
    (level: keyof Logger): Logger[typeof level] =>
    (message, details) => {
      try {
        logger[level](message, details);
      } catch {
        // There is nobody left to tell.
      }
    };
  return { error: safely('error'), warn: safely('warn'), info: safely('info'), debug: safely('debug') };
}

/** What watches must not break what it watches. */
function observeSafely(observe: Observe = () => {}, logger: Logger): Observe {
  return (observation) => {
    try {
      observe(observation);
    } catch (error) {
      logger.error('observe threw', { error, observed: observation.type });
    }
  };
}
