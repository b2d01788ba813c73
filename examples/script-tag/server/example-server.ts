/** Serves the page and the script, and opens and closes the page's sessions. On this machine only. */

import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PaidSessions } from './paid-sessions';

export interface ExampleServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface ExampleOptions {
  readonly sessions: PaidSessions;
  /** Where the script was built: `dist/script` of `@avatarwire/streaming-avatar`. */
  readonly scriptFolder: string;
  /** @default 0: any that is free */
  readonly port?: number;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
};
const PAGE = /^\/(?:index\.html|page\.css|page\.js)$/;
const SCRIPT = /^\/script\/(streaming-avatar\.(?:\w+\.){0,2}js)$/;
const LONGEST_BODY = 1_024;
const pageFolder = fileURLToPath(new URL('../page', import.meta.url));

export async function startExample({
  sessions,
  scriptFolder,
  port = 0,
}: ExampleOptions): Promise<ExampleServer> {
  const server = createServer((request, response) => {
    const answering = request.method === 'POST' ? call(request, response) : file(request, response);
    answering.catch((error: Error) => response.writeHead(502).end(error.message));
  });

  async function call(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // What any other page could send without the browser asking us first.
    if (request.headers['content-type'] !== 'application/json') {
      response.writeHead(415).end();
      return;
    }
    const body = await bodyOf(request);
    if (request.url === '/api/session') {
      const session = await sessions.open();
      // Whoever asked has gone, and will never close it.
      if (response.destroyed) await sessions.close(session._id);
      else response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(JSON.stringify(session));
    } else if (request.url === '/api/session/close') {
      response.writeHead((await sessions.close(String(body['id']))) ? 204 : 404).end();
    } else {
      response.writeHead(404).end();
    }
  }

  async function file({ url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(url, 'http://page');
    const path = pathname === '/' ? '/index.html' : pathname;
    const script = SCRIPT.exec(path)?.[1];
    if (script === undefined && !PAGE.test(path)) {
      response.writeHead(404).end();
      return;
    }
    const bytes = await readFile(script === undefined ? join(pageFolder, path) : join(scriptFolder, script));
    const content = path === '/index.html' ? await withIntegrity(String(bytes)) : bytes;
    response.writeHead(200, { 'content-type': `${TYPES[extname(path)]}; charset=utf-8` }).end(content);
  }

  /** A page that is written by hand has the hash in it, copied from the file. */
  async function withIntegrity(page: string): Promise<string> {
    const listed: unknown = JSON.parse(await readFile(join(scriptFolder, 'integrity.json'), 'utf8'));
    const { 'streaming-avatar.js': integrity = '' } = listed as Record<string, string>;
    return page.replace('%INTEGRITY%', integrity);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await sessions.closeAll();
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  let text = '';
  for await (const piece of request.setEncoding('utf8')) {
    text += piece;
    if (text.length > LONGEST_BODY) throw new Error('The request is too long.');
  }
  const body: unknown = JSON.parse(text);
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}
