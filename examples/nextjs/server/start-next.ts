/** Starts what `next build` made, as a process of its own. On this machine only. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

export interface NextServer {
  readonly url: string;
  close(): Promise<void>;
}

const folder = fileURLToPath(new URL('..', import.meta.url));

/** @throws Error with what it printed, when it does not become ready */
export async function startNext(
  environment: Readonly<Record<string, string | undefined>>,
  port?: number,
): Promise<NextServer> {
  const chosen = port ?? (await freePort());
  const program = createRequire(import.meta.url).resolve('next/dist/bin/next');
  const child = spawn(
    process.execPath,
    [program, 'start', '--hostname', '127.0.0.1', '--port', `${chosen}`],
    {
      cwd: folder,
      // The broker closes what is open before the process ends.
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NEXT_MANUAL_SIG_HANDLE: 'true', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (text: Buffer) => {
      printed += text;
      if (!/Ready in/.test(printed)) return;
      child.stdout.off('data', hear).resume();
      child.stderr.off('data', hear).pipe(process.stderr);
      resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(`next start ended:\n${printed}`)));
  });
  return {
    url: `http://127.0.0.1:${chosen}`,
    async close() {
      if (child.exitCode !== null || !child.kill()) return;
      await once(child, 'exit');
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}
