import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, createServer } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface Page {
  handle(request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

type Files = ReadonlyMap<string, string | Uint8Array>;

let built: Promise<Files> | undefined;

async function buildFiles(): Promise<Files> {
  const result = await build({
    root,
    configFile: `${root}/vite.config.ts`,
    logLevel: 'error',
    build: { write: false },
  });
  if (!('output' in result)) throw new Error('Vite built more than one page.');
  return new Map(
    result.output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]),
  );
}

/** The page as it would be deployed: built once, into memory, so that nothing is left on the disk. */
export async function builtPage(headers: Readonly<Record<string, string>>): Promise<Page> {
  built ??= buildFiles();
  const files = await built;

  return {
    handle(request, response) {
      const path = (request.url ?? '/').split('?')[0] ?? '/';
      const name = path === '/' ? '/index.html' : path;
      const content = files.get(name);
      if (content === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
        response.writeHead(404, { 'content-type': 'text/plain' }).end('Not here.');
        return;
      }
      response.writeHead(200, {
        ...headers,
        'content-type': types[extname(name)] ?? 'application/octet-stream',
        // Every name but the page's own carries a hash of its content.
        'cache-control': name === '/index.html' ? 'no-cache' : 'public, max-age=31536000, immutable',
      });
      response.end(request.method === 'HEAD' ? undefined : content);
    },
    close: async () => {},
  };
}

/** For work on the page: from source, reloaded as files change. */
export async function sourcePage(server: Server): Promise<Page> {
  const vite = await createServer({
    root,
    configFile: `${root}/vite.config.ts`,
    server: { middlewareMode: true, hmr: { server } },
    appType: 'spa',
  });
  return {
    handle: (request, response) => vite.middlewares(request, response),
    close: () => vite.close(),
  };
}
