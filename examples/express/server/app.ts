/** An Express server with the broker in it: pages get sessions, and never a key. */

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type Broker, type BrokerStore, createBroker, presets } from '@avatarwire/broker';
import type { Logger } from '@avatarwire/core';
import { akoolServer } from '@avatarwire/services/akool/server';
import { getRequestListener } from '@hono/node-server';
import express, { type NextFunction, type Request, type Response } from 'express';

export interface AppOptions {
  readonly apiKey: string;
  readonly avatarId: string;
  /** @default AKOOL's own */
  readonly baseUrl?: string;
  /** Remembers what is open, so that a crash leaves nothing open. Closed at the end. */
  readonly store: BrokerStore;
  /** What could not be closed is said here, and nowhere else. */
  readonly logger: Logger;
  /** Where the page was built. */
  readonly pageFolder: string;
  /** @default 0: any that is free */
  readonly port?: number;
}

export interface App {
  readonly url: string;
  close(): Promise<void>;
}

const SWEEP_EVERY_MS = 5_000;

export async function startApp(options: AppOptions): Promise<App> {
  const { apiKey, avatarId, baseUrl, store, logger, pageFolder, port = 0 } = options;
  const broker = createBroker({
    services: [akoolServer({ apiKey, ...(baseUrl !== undefined && { baseUrl }) })],
    authenticate: (request) => {
      const id = visitorIn(request.headers.get('cookie') ?? '');
      return id === undefined ? undefined : { id };
    },
    authorize: presets({ guide: { service: 'akool', avatarId, durationSeconds: 300 } }),
    store,
    logger,
  });

  const app = express();
  app.disable('x-powered-by');
  // Before any body parser: the broker reads and bounds the bodies itself.
  app.all(
    '/api/avatar/{*rest}',
    getRequestListener((request) => broker.fetch(request)),
  );
  app.use(greet, express.static(pageFolder));

  const server = app.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const stopSweeping = sweep(broker, logger);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      stopSweeping();
      // Nobody takes over from this one. Where a next process does, as in a rolling restart, leave them to it: `close()`.
      await broker.close({ sessions: 'close' });
      await store.close();
    },
  };
}

/**
 * Stands where your login stands. It gives each visitor a name that no script can read and no other site can open a
 * session with, but it proves nothing: whoever asks gets one, so that only the broker's limits bound what is spent.
 * Behind a proxy that ends TLS, `secure` needs `app.set('trust proxy', …)`.
 */
function greet(request: Request, response: Response, next: NextFunction): void {
  if (visitorIn(request.headers.cookie ?? '') === undefined) {
    response.cookie('visitor', randomUUID(), { httpOnly: true, sameSite: 'lax', secure: request.secure });
  }
  next();
}

const visitorIn = (cookies: string) => /(?:^|; )visitor=([0-9a-f-]{36})(?:;|$)/.exec(cookies)?.[1];

/** Closes what is due: expired sessions, and those of pages that fell silent. */
function sweep(broker: Broker, logger: Logger): () => void {
  const timer = setInterval(() => {
    broker.sweep().catch((error: unknown) => {
      logger.error('A sweep failed; the next one tries again.', { error });
    });
  }, SWEEP_EVERY_MS);
  return () => clearInterval(timer);
}
