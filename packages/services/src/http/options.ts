import { AvatarError, type Clock, type Logger, silentLogger, systemClock } from '@avatarwire/core';
import { refuseInBrowser } from './browser';

/** What every server half takes beside its key. */
export interface ServerOptions {
  /** Where the service is: `https:`, or `http:` on a loopback address. @default the service's own host */
  readonly baseUrl?: string;
  /** How long one request may take, in milliseconds, its answer included. @default 15000 */
  readonly timeoutMs?: number;
  /** How long `open` may take, in milliseconds, everything included. @default 30000 */
  readonly openTimeoutMs?: number;
  /**
   * How long a request that outlived its `open` is still listened to, in milliseconds, so that what comes of it is
   * closed. @default 120000
   */
  readonly lateTimeoutMs?: number;
  /** An answer above this is not read. @default 4194304 */
  readonly maxResponseBytes?: number;
  /** Holds the key in a page, for everybody to read. @default false */
  readonly dangerouslyAllowBrowser?: boolean;
  readonly logger?: Logger;
  /** @default the platform's */
  readonly fetch?: typeof fetch;
  /** @default the machine's */
  readonly clock?: Clock;
  /** Numbers from 0 to 1, for the jitter of retries. @default Math.random */
  readonly random?: () => number;
}

export interface CheckedOptions extends Required<Omit<ServerOptions, 'dangerouslyAllowBrowser'>> {
  readonly service: string;
}

const DEFAULTS = {
  timeoutMs: 15_000,
  openTimeoutMs: 30_000,
  lateTimeoutMs: 120_000,
  maxResponseBytes: 4 * 1_024 * 1_024,
};

/** @throws AvatarError `invalid-argument`, naming the option; `unsupported` in a browser */
export function checkOptions(service: string, host: string, options: ServerOptions): CheckedOptions {
  const {
    dangerouslyAllowBrowser = false,
    logger = silentLogger,
    clock = systemClock,
    random = Math.random,
    baseUrl = host,
  } = options;
  refuseInBrowser(service, dangerouslyAllowBrowser);
  const amounts = Object.fromEntries(
    Object.entries(DEFAULTS).map(([name, fallback]) => [
      name,
      amountOf(service, name, options[name as keyof typeof DEFAULTS] ?? fallback),
    ]),
  ) as typeof DEFAULTS;
  // Looked up at each call: tests and instrumentation replace the global one later.
  const fetch: CheckedOptions['fetch'] = options.fetch ?? ((...request) => globalThis.fetch(...request));
  return { service, baseUrl: baseOf(service, baseUrl), logger, clock, random, fetch, ...amounts };
}

function amountOf(service: string, name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw new AvatarError('invalid-argument', `options.${name} must be a number above 0.`, { service });
}

/** Without the slash at its end. A key must not travel in the clear. */
function baseOf(service: string, value: unknown): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  const safe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname)) ? url : undefined;
  const extras = safe && [safe.search, safe.hash, safe.username, safe.password];
  if (!safe || extras?.some((extra) => extra !== '')) {
    throw new AvatarError(
      'invalid-argument',
      'options.baseUrl must be an https: address, or http: on a loopback address, without query and login.',
      { service },
    );
  }
  return safe.href.replace(/\/+$/, '');
}

function isLoopback(hostname: string): boolean {
  return hostname === '[::1]' || /(^|\.)localhost$/.test(hostname) || /^127(\.\d+){3}$/.test(hostname);
}

/**
 * Printable ASCII without spaces: anything else `fetch` refuses as a header, and puts it into its error.
 *
 * @throws AvatarError `invalid-credentials`, naming the option
 */
export function checkKey(service: string, name: string, value: unknown): string {
  if (typeof value === 'string' && /^[\x21-\x7e]{1,4096}$/.test(value)) return value;
  throw new AvatarError(
    'invalid-credentials',
    `options.${name} must be a string of printable ASCII characters without spaces.`,
    { service },
  );
}
