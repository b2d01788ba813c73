/** A keeper over the real server halves and the mock services on loopback. Time is virtual, the network is real. */

import type { Logger, Provider } from '@avatarwire/core';
import type { AvatarServiceServer } from '@avatarwire/services';
import { a2eServer } from '@avatarwire/services/a2e/server';
import { akoolServer } from '@avatarwire/services/akool/server';
import { heygenServer } from '@avatarwire/services/heygen/server';
import { liveavatarServer } from '@avatarwire/services/liveavatar/server';
import { createVirtualClock, type VirtualClock } from '@avatarwire/simulator';
import { type MockServices, startMockServices } from '@avatarwire/simulator/services';
import { onTestFinished } from 'vitest';
import { DEFAULT_LIMITS, DEFAULT_TIMINGS } from '../../../src/defaults';
import { memoryStore } from '../../../src/memory';
import type { Observation } from '../../../src/observation';
import type { BrokerTimings } from '../../../src/options';
import { Refusal } from '../../../src/refusal';
import { createKeeper, type KeeperOptions } from '../../../src/sessions/create-keeper';
import type { OpenOrder, SessionKeeper } from '../../../src/sessions/keeper';
import type { BrokerStore } from '../../../src/store';

export type Name = 'akool' | 'a2e' | 'heygen' | 'liveavatar';
export const NAMES: readonly Name[] = ['akool', 'a2e', 'heygen', 'liveavatar'];
const PROVIDERS: Readonly<Record<Name, Provider>> = {
  akool: 'agora',
  a2e: 'agora',
  heygen: 'webrtc',
  liveavatar: 'livekit',
};

/** Long, so that a search for them finds nothing else. */
export const KEYS = {
  akool: { apiKey: 'akool-key-7f3c9a51', clientId: 'akool-client-5d20', clientSecret: 'akool-secret-e8b4a1' },
  a2e: 'a2e-key-0b86d2f4',
  heygen: 'heygen-key-c91e77a3',
  liveavatar: 'liveavatar-key-44af1d90',
};

export const TIMINGS: BrokerTimings = DEFAULT_TIMINGS;
export const SECRET = 'close-secret-of-the-page-0001';

export interface Bench {
  readonly clock: VirtualClock;
  readonly store: BrokerStore;
  /** Every line that was logged, as text. */
  readonly log: string[];
  readonly seen: Observation[];
  keeper(options?: Partial<KeeperOptions>): SessionKeeper;
}

/** Everything but the services. */
export function bench(
  services: readonly AvatarServiceServer[],
  clock = createVirtualClock(),
  log: string[] = [],
): Bench {
  const store = memoryStore();
  const seen: Observation[] = [];
  let ids = 0;
  return {
    clock,
    store,
    log,
    seen,
    keeper: (options) =>
      createKeeper({
        services,
        store,
        clock,
        timings: TIMINGS,
        limits: DEFAULT_LIMITS,
        exclusiveKeys: [],
        random: () => 0,
        randomBytes: (count) => {
          const bytes = new Uint8Array(count);
          new DataView(bytes.buffer).setUint32(0, ++ids);
          return bytes;
        },
        logger: keptLog(log),
        observe: (observation) => seen.push(observation),
        ...options,
      }),
  };
}

export interface Stage extends Bench {
  readonly mock: MockServices;
  readonly services: Readonly<Record<Name, AvatarServiceServer>>;
}

export async function stage(): Promise<Stage> {
  const clock = createVirtualClock();
  const avatars = { avatars: ['mock-avatar'] };
  const mock = await startMockServices({ clock, keys: KEYS, akool: avatars, a2e: avatars, heygen: avatars });
  onTestFinished(() => mock.close());
  const log: string[] = [];
  const options = (name: Name) => ({
    baseUrl: mock.urls[name],
    clock,
    logger: keptLog(log),
    // No waiting between tries.
    random: () => 0,
  });
  const services = {
    akool: akoolServer({ ...options('akool'), apiKey: KEYS.akool.apiKey }),
    a2e: a2eServer({ ...options('a2e'), apiKey: KEYS.a2e }),
    heygen: heygenServer({ ...options('heygen'), apiKey: KEYS.heygen }),
    liveavatar: liveavatarServer({ ...options('liveavatar'), apiKey: KEYS.liveavatar }),
  };
  return { ...bench(Object.values(services), clock, log), mock, services };
}

let keys = 0;

/** What a page orders, by default an AKOOL session of five minutes. */
export function order(service: Name = 'akool', more: Partial<OpenOrder> = {}): OpenOrder {
  keys += 1;
  return {
    caller: { id: 'ann' },
    provider: PROVIDERS[service],
    opening: { service, request: { avatarId: 'mock-avatar', durationSeconds: 300 } },
    idempotencyKey: `idempotency-key-${keys}`,
    fingerprint: 'fingerprint-of-the-request',
    closeSecret: SECRET,
    gone: new AbortController().signal,
    ...more,
  };
}

export function keptLog(lines: string[]): Logger {
  const keep = (level: string) => (message: string, details?: object) => {
    lines.push(`${level} ${message} ${JSON.stringify(details)}`);
  };
  return { error: keep('error'), warn: keep('warn'), info: keep('info'), debug: keep('debug') };
}

/** What it was refused with. */
export async function refused(promise: Promise<unknown>): Promise<Refusal> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}
