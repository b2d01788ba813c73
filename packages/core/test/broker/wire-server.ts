/** A real HTTP server that plays the broker: it opens whatever it is asked for, and writes down what was said. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { opened, refused } from './scripted-broker';

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

export interface WireServer {
  /** Where its broker is mounted. */
  readonly url: string;
  readonly requests: readonly WireRequest[];
  readonly open: ReadonlySet<string>;
  /** Answers the requests to open that wait. */
  release(): void;
  stop(): Promise<void>;
}

export interface WireServerOptions {
  readonly beatEveryMs?: number;
  /** How a request to open is met: answered, cut off without an answer, refused as busy, or left waiting for `release`. */
  readonly onOpen?: (attempt: number) => 'answer' | 'cut' | 'busy' | 'wait';
}

const MOUNT = '/api/avatar';
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'content-type, idempotency-key',
};

export async function startWireServer(options: WireServerOptions = {}): Promise<WireServer> {
  const { beatEveryMs = 30_000, onOpen = () => 'answer' } = options;
  const requests: WireRequest[] = [];
  const secrets = new Map<string, string>();
  let attempts = 0;
  const waiting: (() => void)[] = [];

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    let text = '';
    for await (const piece of request.setEncoding('utf8')) text += piece;
    const answer = (status: number, body?: unknown) => {
      response.writeHead(status, CORS).end(body === undefined ? '' : JSON.stringify(body));
    };
    if (method === 'OPTIONS') return answer(204);

    const path = url.slice(MOUNT.length);
    requests.push({ method, path, headers, text });
    if (path === '/sessions') {
      attempts += 1;
      const how = onOpen(attempts);
      if (how === 'cut') return void request.socket.destroy();
      if (how === 'busy') return answer(409, refused('service-busy'));
      if (how === 'wait') await new Promise<void>((resolve) => waiting.push(resolve));
      const { provider, closeSecret } = JSON.parse(text);
      const sessionId = `session-${requests.length}`;
      secrets.set(sessionId, closeSecret);
      return answer(201, opened({ provider, credentials: { room: 'room' }, sessionId, beatEveryMs }));
    }
    if (path === '/close') {
      const { id, secret } = JSON.parse(text);
      if (secrets.get(id) !== secret) return answer(404, refused('session-gone'));
      secrets.delete(id);
      return answer(204);
    }
    const [, , id = '', what, action] = path.split('/');
    if (!secrets.has(id)) return answer(404, refused('session-gone'));
    if (what === 'beat') return answer(204);
    return answer(200, { result: { action, heard: JSON.parse(text) } });
  }

  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}${MOUNT}`,
    requests,
    get open() {
      return new Set(secrets.keys());
    },
    release() {
      for (const answer of waiting.splice(0)) answer();
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
