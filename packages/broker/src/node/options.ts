import { AvatarError } from '@avatarwire/core';
import { isLoopback } from '../loopback';
import type { BrokerOptions } from '../options';
import type { BrokerStore } from '../store';
import { HTTP_BOUNDS, type HttpBounds } from './http-server';

const A_DAY_MS = 86_400_000;

export interface ServeOptions extends Omit<BrokerOptions, 'authenticate' | 'store'> {
  /** Required unless it listens on a loopback address. @default everybody is the caller `local` */
  readonly authenticate?: BrokerOptions['authenticate'];
  /** Closed at the end. @default an SQLite file in the working directory, `avatarwire-broker.sqlite` */
  readonly store?: BrokerStore;
  /** The address to listen on. @default '127.0.0.1' */
  readonly host?: string;
  /** 0 for any that is free. @default 0 */
  readonly port?: number;
  /** Of `/metrics`, on 127.0.0.1 whatever `host` is; 0 for any that is free. @default none */
  readonly metricsPort?: number;
  /** From one sweep to the next, in milliseconds. @default 5000 */
  readonly sweepEveryMs?: number;
  /** How long requests under way may take once it is closing, in milliseconds. @default 10000 */
  readonly graceMs?: number;
  readonly http?: Partial<HttpBounds>;
}

/** @throws AvatarError `invalid-argument`, naming the option */
export function checkServeOptions(options: ServeOptions): void {
  const { host = '127.0.0.1', authenticate, http = {} } = options;
  if (typeof host !== 'string' || host === '') throw invalid('host', 'an address to listen on');
  if (authenticate === undefined && !isLoopback(host))
    throw new AvatarError(
      'invalid-argument',
      'options.authenticate is required where options.host is no loopback address: else everybody who reaches it spends your money.',
    );
  amount('port', options.port, 0, 65_535);
  amount('metricsPort', options.metricsPort, 0, 65_535);
  amount('sweepEveryMs', options.sweepEveryMs, 10, A_DAY_MS);
  amount('graceMs', options.graceMs, 0, A_DAY_MS);
  for (const [name, value] of Object.entries(http)) {
    if (!Object.hasOwn(HTTP_BOUNDS, name))
      throw new AvatarError('invalid-argument', `options.http.${name} is no option.`);
    amount(`http.${name}`, value, 1, A_DAY_MS);
  }
  const { headersTimeoutMs, requestTimeoutMs } = { ...HTTP_BOUNDS, ...http };
  if (headersTimeoutMs > requestTimeoutMs)
    throw invalid('http.headersTimeoutMs', 'at most as long as options.http.requestTimeoutMs');
}

function amount(name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw invalid(name, `a whole number from ${least} to ${most}`);
}

function invalid(name: string, what: string): AvatarError {
  return new AvatarError('invalid-argument', `options.${name} has to be ${what}.`);
}
