import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const folder = fileURLToPath(new URL('..', import.meta.url));

export interface DevelopmentServer {
  readonly url: string;
  close(): Promise<void>;
}

/** What `pnpm dev` serves, on a port of its own; a page under test is not reloaded when a file changes. */
export async function startDevelopment(
  environment: Readonly<Record<string, string>> = {},
): Promise<DevelopmentServer> {
  // A run beside this one would have its dependencies swapped.
  const cacheDir = mkdtempSync(join(tmpdir(), 'switch-provider-'));
  const server = await createServer({
    root: folder,
    configFile: join(folder, 'vite.config.ts'),
    cacheDir,
    logLevel: 'error',
    define: Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [`import.meta.env.${name}`, JSON.stringify(value)]),
    ),
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
  });
  await server.listen();
  const [url] = server.resolvedUrls?.local ?? [];
  if (url === undefined) throw new Error('vite listens nowhere');
  return {
    url,
    async close() {
      await server.close();
      rmSync(cacheDir, { recursive: true, force: true });
    },
  };
}
