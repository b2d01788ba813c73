import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { consumerEnvironment } from './run-bounded.ts';

export interface BackgroundOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What it writes when it is ready; the first group is its address. */
  readonly ready: RegExp;
}

const READY_MS = 30_000;
const END_MS = 10_000;

/** Runs a server of a project while `use` runs. @throws Error with what it wrote, when it does not become ready */
export async function withServer<T>(
  args: readonly string[],
  { cwd, env = {}, ready }: BackgroundOptions,
  use: (url: string) => Promise<T>,
): Promise<T> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...consumerEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  let written = '';
  try {
    const url = await new Promise<string>((resolve, reject) => {
      const fail = () => reject(new Error(`The server of ${cwd} is not ready:\n${written}`));
      const deadline = setTimeout(fail, READY_MS);
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          written += text;
          const address = ready.exec(written)?.[1];
          if (address === undefined) return;
          clearTimeout(deadline);
          resolve(address);
        });
      }
      child.once('close', fail);
    });
    return await use(url);
  } finally {
    child.kill('SIGTERM');
    const deadline = setTimeout(() => child.kill('SIGKILL'), END_MS);
    await ended;
    clearTimeout(deadline);
  }
}
