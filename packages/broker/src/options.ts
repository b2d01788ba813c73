import type { AvatarMode, Clock, Logger, Provider } from '@avatarwire/core';
import type { AvatarServiceServer, OpenRequest } from '@avatarwire/services';
import type { ModelProxyOptions } from './model/options';
import type { Observe } from './observation';
import type { BrokerStore } from './store';

/** Who asks. */
export interface Caller {
  /** Stable, 1 to 256 characters. Sessions and limits are bound to it; it stands in logs and in the store. */
  readonly id: string;
  /** Whatever else `authorize` wants to know; the broker does not look at it. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** What a page may ask for. Nothing of it reaches a service unless `authorize` puts it there. */
export interface Wanted {
  readonly provider: Provider;
  /** A name of the server's own for what may be opened. */
  readonly preset?: string;
  readonly language?: string;
  readonly mode?: AvatarMode;
}

/** What is really opened. */
export interface Opening {
  /** Of one of `services`. */
  readonly service: string;
  /** As the service is asked. `provider` is that of the page's wish; `durationSeconds` is the longest it may last. */
  readonly request: Omit<OpenRequest, 'provider'> & { readonly durationSeconds: number };
}

/**
 * How much, and how often. Rates are counted in the store, in fixed windows of a minute: late in one and early in the
 * next may come to twice as many. Requests without a login are not counted; floods are for the proxy in front.
 */
export interface BrokerLimits {
  /** Of a request's body, in bytes. @default 65536 */
  readonly maxBodyBytes: number;
  /** Of JSON. @default 16 */
  readonly maxJsonDepth: number;
  /** Sessions that one caller has open. @default 2 */
  readonly sessionsPerCaller: number;
  /** Sessions open in all. @default 100 */
  readonly sessionsInAll: number;
  /** Session time of one caller on one day (UTC), in seconds. @default 14400 */
  readonly secondsPerCallerAndDay: number;
  /** Requests to open, of one caller, in a minute. @default 12 */
  readonly opensPerMinute: number;
  /** Requests to open in all, in a minute. @default 600 */
  readonly opensInAllPerMinute: number;
  /** What is said over REST, for one session, in a minute. @default 120 */
  readonly callsPerMinute: number;
  /**
   * Interrupts and keep-alives of one session in a minute, as many beats, and as many calls of signalling (an answer
   * and its candidates): counted apart from each other, and from what is said. @default 120
   */
  readonly urgentCallsPerMinute: number;
  /** Attempts to close one session with its secret, in a minute; wrong secrets are not counted. @default 60 */
  readonly closesPerMinute: number;
}

export interface BrokerTimings {
  /** How often the page is told to give a sign, in milliseconds. @default 30000 */
  readonly beatMs: number;
  /** Without a sign for so long a session is closed, in milliseconds. @default 150000 */
  readonly silenceMs: number;
  /** How long the service may take to open, in milliseconds. @default 45000 */
  readonly openMs: number;
  /** After this an intent without an answer is unresolved, in milliseconds; longer than any service half listens on. @default 240000 */
  readonly intentMs: number;
  /**
   * How long a close is waited for, in milliseconds. A lease is a little longer, and is renewed three times while the
   * service is still being asked. @default 20000
   */
  readonly closeMs: number;
  /** How long ended sessions are remembered, in milliseconds. @default 86400000 */
  readonly rememberMs: number;
}

export interface BrokerOptions {
  readonly services: readonly AvatarServiceServer[];
  /**
   * Names the caller; undefined is answered with 401. What it throws is answered with 500 and not shown. It must leave
   * the body of the request alone.
   */
  authenticate(request: Request): Caller | undefined | Promise<Caller | undefined>;
  /**
   * Says what is really opened; undefined is answered with 403, and a `Refusal` that it throws as it stands. What else
   * it throws is answered with 500 and not shown. See `presets`.
   */
  authorize(caller: Caller, wanted: Wanted): Opening | undefined | Promise<Opening | undefined>;
  /** Required: a broker that forgets leaves paid sessions open. */
  readonly store: BrokerStore;
  /** Where it is mounted, without a slash at its end. @default '/api/avatar' */
  readonly basePath?: string;
  /**
   * Origins of pages on other hosts that may use it. Pages of its own origin may in any case; behind a proxy that ends
   * TLS that is known from the `Sec-Fetch-Site` that browsers send. @default none
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * Services whose key nobody else uses: sessions that they list and that no record here knows are closed when an
   * intent came to no known end. @default none: such intents are reported
   */
  readonly exclusiveKeys?: readonly string[];
  readonly limits?: Partial<BrokerLimits>;
  readonly timings?: Partial<BrokerTimings>;
  /** @default off */
  readonly model?: ModelProxyOptions;
  /** Receives no key, no credentials and no text that was said. @default silent */
  readonly logger?: Logger;
  /** What happens, as data, for metrics. */
  readonly observe?: Observe;
  /** @default the machine's */
  readonly clock?: Clock;
  /** Fills with random bytes. @default crypto.getRandomValues */
  readonly randomBytes?: (count: number) => Uint8Array;
}

export interface SweepReport {
  /** Closed at their service. */
  readonly closed: number;
  /** Could not be closed now; tried again later. */
  readonly postponed: number;
  /** May be open at a service under an id that nobody here knows: look there. */
  readonly unresolved: readonly UnresolvedIntent[];
}

export interface UnresolvedIntent {
  readonly id: string;
  readonly service: string;
  readonly caller: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface Broker {
  /** Answers what lies below `basePath`. Never rejects. */
  fetch(request: Request): Promise<Response>;
  /**
   * Closes what is due, and looks for what was lost. Call it every few seconds where a process lives on (`./node` does),
   * else from a cron; several at one time do not get in each other's way.
   */
  sweep(): Promise<SweepReport>;
  /**
   * Takes no new sessions, and resolves when what is under way is done, sweeps too, and after `timings.intentMs` at the
   * latest: a service that hangs is left to the next broker on the same store, as after a crash. The store stays open.
   * Sessions stand, for that next one; with `sessions: 'close'` those of this store are closed first.
   */
  close(options?: { readonly sessions?: 'leave' | 'close' }): Promise<void>;
}
