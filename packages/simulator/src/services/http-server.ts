/** Where all mock services listen: one port, loopback only. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AvatarError } from '@avatarwire/core';
import { type BodyLimits, readBody } from './read-body';
import { sendAnswer } from './send-answer';
import { type Mounted, serveCall } from './serve-call';

export interface HttpServer {
  readonly port: number;
  /** Ends every connection. */
  close(): Promise<void>;
  /** Resolves when no handler runs any more. */
  idle(): Promise<void>;
}

export interface HttpServerOptions extends BodyLimits {
  readonly port: number;
  readonly mounted: readonly Mounted[];
  /** What a handler threw that was no refusal. */
  onFault(error: unknown): void;
}

export const HOST = '127.0.0.1';

const KEEP_ALIVE_MS = 65_000;

/** @throws AvatarError `invalid-argument` when the port is in use */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { mounted, onFault } = options;
  const handling = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const handled = handle(request, response).catch((error: unknown) => {
      onFault(error);
      response.destroy();
    });
    handling.add(handled);
    void handled.then(() => handling.delete(handled));
  });
  // With Node's 5 s a client's next request may meet the end of its connection, a failure that nobody planned.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // A client that sends half a header, or resets, is not this process's trouble.
  server.on('clientError', (_error, socket) => socket.destroy());

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A page elsewhere could reach loopback under a name of its own that it points here.
    if (!isLoopbackName(request.headers.host)) return refuse(response, 403, 'Loopback only.');
    const target = `http://${HOST}${request.url}`;
    if (!request.url?.startsWith('/') || !URL.canParse(target)) return refuse(response, 400, 'Not a path.');
    const { pathname, searchParams } = new URL(target);
    const first = pathname.split('/')[1] ?? '';
    const service = mounted.find(({ name }) => name === first);
    if (service?.forPages && !isLetIn(request, response)) return;
    const body = await readBody(request, options);
    if (!body) return void response.destroy();
    if (!service) return refuse(response, 404, `Nothing is at /${first}.`);
    const { method = 'GET', headers } = request;
    const path = pathname.slice(first.length + 1);
    await serveCall(service, { method, path, query: searchParams, headers, body }, response, onFault);
  }

  const port = await listen();
  return {
    port,
    async close() {
      for (const { failures } of mounted) failures?.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
    async idle() {
      while (handling.size > 0) await Promise.allSettled(handling);
    },
  };

  function listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      const onError = (error: NodeJS.ErrnoException) => {
        const inUse = error.code === 'EADDRINUSE';
        const message = inUse ? `port ${options.port} is in use; choose another.` : error.message;
        reject(new AvatarError('invalid-argument', message, { cause: error }));
      };
      server.once('error', onError);
      server.listen(options.port, HOST, () => {
        server.off('error', onError);
        resolve((server.address() as AddressInfo).port);
      });
    });
  }
}

function refuse(response: ServerResponse, status: number, error: string): void {
  sendAnswer(response, { status, body: { error } });
}

/** False when the answer is given: an origin elsewhere is refused, and what a browser asks ahead is answered. */
function isLetIn({ method, headers: { origin } }: IncomingMessage, response: ServerResponse): boolean {
  if (origin === undefined) return true;
  if (!isLoopbackOrigin(origin)) {
    refuse(response, 403, 'Pages on loopback only.');
    return false;
  }
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('vary', 'origin');
  if (method !== 'OPTIONS') return true;
  response.writeHead(204, {
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': '600',
  });
  response.end();
  return false;
}

function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && isLoopbackName(new URL(origin).host);
}

function isLoopbackName(host: string | undefined): boolean {
  return host !== undefined && /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i.test(host);
}
