/** A web server for pages under test, on this machine only. Its files can be changed while it runs. */

import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly body: string | Uint8Array;
}

export interface Site {
  readonly origin: string;
  /** By path. */
  readonly files: Map<string, Answer>;
  /** Sent with every answer. */
  readonly headers: Map<string, string>;
  /** Paths asked for, in order. */
  readonly asked: string[];
  /** For what no file answers. */
  respond: (path: string, body: string) => Answer | Promise<Answer>;
  close(): Promise<void>;
}

/** @param folder whose scripts are served at `/script/` */
export async function startSite(folder: string): Promise<Site> {
  const server = createServer((request, response) => {
    const failed = (error: unknown): Answer => ({ status: 500, type: 'text/plain', body: String(error) });
    void answerTo(request)
      .catch(failed)
      .then(({ status = 200, type = 'text/html', body }) => {
        response.writeHead(status, { 'content-type': type, ...Object.fromEntries(site.headers) }).end(body);
      });
  });
  async function answerTo(request: IncomingMessage): Promise<Answer> {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    site.asked.push(pathname);
    let body = '';
    for await (const piece of request.setEncoding('utf8')) body += piece;
    return site.files.get(pathname) ?? site.respond(pathname, body);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const site: Site = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files: new Map(),
    headers: new Map(),
    asked: [],
    respond: () => ({ status: 404, body: '' }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  for (const file of await readdir(folder)) {
    if (!file.endsWith('.js')) continue;
    site.files.set(`/script/${file}`, {
      type: 'text/javascript',
      body: await readFile(join(folder, file)),
    });
  }
  return site;
}

/** A page with these scripts, and a place for an avatar. */
export function page(...scripts: readonly string[]): Answer {
  return {
    body: `<!doctype html><link rel="icon" href="data:,"><div id="one"></div><div id="two"></div>${scripts.join('')}`,
  };
}
