/** What the parts of the keeper share. */

import { type Clock, isAvatarError, type Logger } from '@avatarwire/core';
import type { AvatarServiceServer } from '@avatarwire/services';
import type { Observe } from '../observation';
import type { BrokerLimits, BrokerTimings } from '../options';
import type { BrokerStore } from '../store';

export interface KeeperOptions {
  readonly services: readonly AvatarServiceServer[];
  readonly store: BrokerStore;
  readonly timings: BrokerTimings;
  readonly limits: Pick<BrokerLimits, 'sessionsPerCaller' | 'sessionsInAll' | 'secondsPerCallerAndDay'>;
  readonly exclusiveKeys: readonly string[];
  /** Brokers that share a store must agree on the time of day to a few seconds. */
  readonly clock: Clock;
  readonly random: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly logger: Logger;
  /** Does not throw. */
  readonly observe: Observe;
}

export interface Parts extends Omit<KeeperOptions, 'services'> {
  readonly services: ReadonlyMap<string, AvatarServiceServer>;
  /** Ids of unresolved sessions that this process has logged. */
  readonly told: Set<string>;
  /** What `settled` waits for. Gives the promise back as it is. */
  track<T>(work: Promise<T>): Promise<T>;
  /** The same for what nobody waits for: its failure is logged. */
  background(what: string, work: Promise<unknown>): void;
  settled(): Promise<void>;
}

/** Leases outlive the time after which they are renewed by this much, in milliseconds. */
const LEASE_MARGIN_MS = 5_000;

export function leaseMs({ timings }: Pick<KeeperOptions, 'timings'>): number {
  return timings.closeMs + LEASE_MARGIN_MS;
}

export function assemble(options: KeeperOptions): Parts {
  const { logger } = options;
  const underWay = new Set<Promise<unknown>>();

  function track<T>(work: Promise<T>): Promise<T> {
    underWay.add(work);
    const done = () => void underWay.delete(work);
    work.then(done, done);
    return work;
  }

  return {
    ...options,
    services: new Map(options.services.map((service) => [service.name, service])),
    told: new Set(),
    track,
    background(what, work) {
      track(work).catch((error: unknown) => logger.error(`${what} failed`, described(error)));
    },
    async settled() {
      do {
        await Promise.allSettled(underWay);
        await Promise.all(options.services.map((service) => service.settled()));
      } while (underWay.size > 0);
    },
  };
}

/** An error as it may stand in a log. Its cause is left out: nobody has looked for secrets in that. */
export function described(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { error: typeof error };
  const { code, serviceCode } = error as { readonly code?: unknown; readonly serviceCode?: unknown };
  const message: unknown = error.message;
  return {
    error: `${error.name}: ${typeof message === 'string' ? message.slice(0, 300) : typeof message}`,
    ...(code !== undefined && { code }),
    ...(serviceCode !== undefined && { serviceCode }),
  };
}

/** The same for what a service half threw: what is no `AvatarError` may quote a request, key included. */
export function describedOfService(error: unknown): Readonly<Record<string, unknown>> {
  if (isAvatarError(error) || !(error instanceof Error)) return described(error);
  return { error: error.name };
}
