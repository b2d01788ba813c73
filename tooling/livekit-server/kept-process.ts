import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const keeper = fileURLToPath(new URL('./keeper.js', import.meta.url));

export interface KeptProcess {
  readonly pid: number;
  /** Settles when the program has ended. */
  readonly ended: Promise<void>;
  /** Sends a signal, unless it has ended: its id may be another program's by then. */
  signal(name: NodeJS.Signals): void;
  /** The last of what it wrote. */
  output(): string;
}

/** Starts a program that cannot outlive this process. Every user of the machine can read its `args`. */
export async function keepProcess(
  program: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[] = [],
): Promise<KeptProcess> {
  const child = fork(keeper, [program, ...args], {
    env,
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output = lastLines(child);
  const ended = once(child, 'exit').then(() => undefined);
  const started = await Promise.race([once(child, 'message'), ended]);
  if (started === undefined) throw new Error(`${program} did not start: ${output()}`);
  // Neither the keeper nor what it writes keeps this process alive.
  child.unref();
  child.channel?.unref();
  const { pid } = started[0] as { pid: number };
  const signal = (name: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(pid, name);
    } catch {
      // It has ended, and the keeper is about to.
    }
  };
  return { pid, ended, signal, output };
}

function lastLines(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (more: string) => {
      text = (text + more).slice(-4000);
    });
  }
  return () => text.trim();
}
