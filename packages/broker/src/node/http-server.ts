/** A web-standard handler on Node's HTTP server, with the bounds that a server in the open needs. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@avatarwire/core';
import { settledWithin } from '@avatarwire/core/adapter';
import { getRequestListener, RequestError } from '@hono/node-server';
import { refusal } from './answers';
import { watchedStream } from './watched-stream';

export interface HttpBounds {
  /** From the opening of a connection until all headers are there, in milliseconds. @default 10000 */
  readonly headersTimeoutMs: number;
  /** Until the whole request is there, in milliseconds. @default 30000 */
  readonly requestTimeoutMs: number;
  /** How long a connection waits for its next request, in milliseconds. @default 5000 */
  readonly keepAliveTimeoutMs: number;
  /** @default 16384 */
  readonly maxHeaderBytes: number;
  /** @default 1000 */
  readonly maxRequestsPerConnection: number;
  /** @default 10000 */
  readonly maxConnections: number;
}

export const HTTP_BOUNDS: HttpBounds = Object.freeze({
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 5_000,
  maxHeaderBytes: 16_384,
  maxRequestsPerConnection: 1_000,
  maxConnections: 10_000,
});

export interface HttpServerOptions {
  readonly fetch: (request: Request) => Promise<Response>;
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly bounds?: Partial<HttpBounds>;
  /** Receives what `fetch`, or the stream in its answer, failed with. */
  readonly onFault: (error: unknown) => void;
  readonly clock: Clock;
}

export interface HttpServer {
  readonly url: string;
  /** Takes no new connection; resolves when requests under way are answered, or were cut off after `withinMs`. */
  close(withinMs: number): Promise<void>;
}

/** `request.signal` is aborted when the connection is gone before the answer is out. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { fetch, host, port, onFault, clock } = options;
  const bounds = { ...HTTP_BOUNDS, ...options.bounds };
  const listener = getRequestListener(
    async (request, { outgoing }) => {
      const response = await fetch(request);
      if (!response.body || !isStream(response)) return response;
      const body = watchedStream(response.body, (error) => {
        onFault(error);
        // So that nobody takes what came so far for the whole.
        outgoing.destroy();
      });
      return new Response(body, response);
    },
    {
      overrideGlobalObjects: false,
      hostname: host,
      errorHandler(error) {
        if (error instanceof RequestError)
          return refusal(400, 'invalid-argument', 'The address or the Host header cannot be read.');
        onFault(error);
        return refusal(500, 'network', 'Something went wrong here.');
      },
    },
  );
  const server = createServer(
    {
      headersTimeout: bounds.headersTimeoutMs,
      requestTimeout: bounds.requestTimeoutMs,
      keepAliveTimeout: bounds.keepAliveTimeoutMs,
      maxHeaderSize: bounds.maxHeaderBytes,
      // How often slow ones are looked for.
      connectionsCheckingInterval: Math.min(1_000, bounds.headersTimeoutMs),
    },
    (incoming, outgoing) => {
      // A connection that was busy when closing began is idle now, and would be waited for.
      outgoing.once('close', () => closing && setImmediate(() => server.closeIdleConnections()));
      void listener(incoming, outgoing);
    },
  );
  let closing: Promise<void> | undefined;
  server.maxRequestsPerSocket = bounds.maxRequestsPerConnection;
  server.maxConnections = bounds.maxConnections;
  await listening(server, host, port);

  return {
    url: urlOf(server.address() as AddressInfo),
    close(withinMs) {
      closing ??= closed(server, withinMs, clock);
      return closing;
    },
  };
}

function isStream(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function closed(server: Server, withinMs: number, clock: Clock): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  await settledWithin(clock, withinMs, ended);
  server.closeAllConnections();
  await ended;
}
