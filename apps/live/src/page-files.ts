/** The page's code, served on loopback: a page from elsewhere may not talk to loopback, and has no devices. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface PageFiles {
  readonly url: string;
  close(): Promise<void>;
}

const PAGE =
  '<!doctype html><meta charset="utf-8"><title>avatarwire, live</title><script type="module" src="/main.js"></script>';

export async function servePage(): Promise<PageFiles> {
  const files = await bundle();
  const server = createServer(({ url = '/' }, response) => {
    const content = url === '/' ? PAGE : files.get(url);
    const type = url === '/' ? 'text/html' : 'text/javascript';
    response.writeHead(content === undefined ? 404 : 200, { 'content-type': type }).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** In pieces: a page loads the one SDK that it uses. */
async function bundle(): Promise<ReadonlyMap<string, Uint8Array>> {
  const entry = fileURLToPath(new URL('./page/main.ts', import.meta.url));
  const folder = dirname(entry);
  const { outputFiles } = await build({
    entryPoints: [entry],
    outdir: folder,
    bundle: true,
    splitting: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['@avatarwire/source'],
    // What signs credentials runs in Node alone.
    external: ['node:*', 'livekit-server-sdk'],
    logLevel: 'silent',
  });
  return new Map(outputFiles.map(({ path, contents }) => [path.slice(folder.length), contents]));
}
