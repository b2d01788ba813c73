/** The broker behind the page: keeps the keys, opens and closes the paid sessions, sweeps. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type BrokerLimits,
  type BrokerStore,
  type BrokerTimings,
  createBroker,
  presets,
  Refusal,
} from '@avatarwire/broker';
import { type Clock, isAvatarError, type Provider, silentLogger } from '@avatarwire/core';
import type { AvatarServiceServer } from '@avatarwire/services';
import { getRequestListener } from '@hono/node-server';
import { visitorOf } from './visitors';

export const BROKER_PATH = '/api/avatar';

const SWEEP_EVERY_MS = 5_000;

const demoLimits: Partial<BrokerLimits> = {
  // Of one browser, in all its tabs.
  sessionsPerCaller: 4,
  // Each may be a bot that draws and encodes video.
  sessionsInAll: 8,
  opensPerMinute: 30,
};

/** A service, and what it is asked for: none of it is the page's to say. */
export interface Offered {
  readonly service: AvatarServiceServer;
  readonly avatarId: string;
  /** Then a session ends by itself, so that a forgotten one has an end. */
  readonly durationSeconds: number;
  /** Asked before a session is opened. An error of ours that it throws is told to the page. */
  readonly check?: (provider: Provider) => Promise<unknown>;
  /** Nobody else has its key: what it lists and this demo does not know was lost here. @default false */
  readonly keyIsOurs?: boolean;
}

export interface DemoBrokerOptions {
  /** The standard one first. */
  readonly offered: readonly Offered[];
  readonly store: BrokerStore;
  readonly clock: Clock;
  readonly limits?: Partial<BrokerLimits> | undefined;
  readonly timings?: Partial<BrokerTimings> | undefined;
  readonly say: (line: string) => void;
}

export interface DemoBroker {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Resolves when every session is closed at its service, or cannot be: the next broker on the store tries again. */
  close(): Promise<void>;
}

export function createDemoBroker(options: DemoBrokerOptions): DemoBroker {
  const { offered, store, clock, say } = options;
  const told = (message: string, details: object = {}) => say(`broker: ${message} ${inOneLine(details)}`);
  const opened = presets(
    Object.fromEntries(
      offered.map(({ service: { name }, avatarId, durationSeconds }) => [
        name,
        { service: name, avatarId, durationSeconds },
      ]),
    ),
  );
  const broker = createBroker({
    services: offered.map(({ service }) => service),
    store,
    clock,
    basePath: BROKER_PATH,
    limits: { ...demoLimits, ...options.limits },
    ...(options.timings && { timings: options.timings }),
    authenticate: ({ headers }) => visitorOf(headers.get('cookie')),
    async authorize(visitor, wanted) {
      const opening = await opened(visitor, wanted);
      const check = offered.find(({ service }) => service.name === opening?.service)?.check;
      await check?.(wanted.provider).catch(tellThePage);
      return opening;
    },
    exclusiveKeys: offered.filter(({ keyIsOurs }) => keyIsOurs).map(({ service }) => service.name),
    logger: { ...silentLogger, warn: told, error: told },
  });
  const listener = getRequestListener((request) => broker.fetch(request), { overrideGlobalObjects: false });

  let ended = false;
  let cancel = () => {};
  async function sweep(): Promise<void> {
    await broker.sweep().catch((error: unknown) => say(`broker: a sweep failed: ${String(error)}`));
    if (!ended) cancel = clock.schedule(() => void sweep(), SWEEP_EVERY_MS);
  }
  void sweep();

  return {
    handle: (request, response) => listener(request, response),
    async close() {
      ended = true;
      cancel();
      await broker.close({ sessions: 'close' });
      await store.close();
    },
  };
}

function tellThePage(error: unknown): never {
  throw isAvatarError(error) ? new Refusal(503, error.code, error.message, { cause: error }) : error;
}

function inOneLine(details: object): string {
  return JSON.stringify(details, (_, value: unknown) => (value instanceof Error ? value.message : value));
}
