import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BotRequest } from './bot-main';

export interface BotProcess {
  ask(request: BotRequest): Promise<unknown>;
  close(): Promise<void>;
}

export async function startBotProcess(url: string, token: string): Promise<BotProcess> {
  const child = fork(fileURLToPath(new URL('./bot-main.ts', import.meta.url)), [url, token], {
    execArgv: ['--conditions=@avatarwire/source', '--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // rtc-node writes every event to standard output otherwise.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  let complaint = '';
  child.stderr?.on('data', (data) => {
    complaint = `${complaint}${data}`.slice(-2_000);
  });
  const exited = once(child, 'exit');
  await Promise.race([
    once(child, 'message'),
    exited.then(([code]) => {
      throw new Error(`the bot ended with ${code}: ${complaint}`);
    }),
  ]);
  const ask = asker(child);
  return {
    ask,
    async close() {
      if (child.exitCode !== null) return;
      await Promise.race([
        ask({ do: 'close' }).then(() => exited),
        new Promise((resolve) => setTimeout(resolve, 5_000)),
      ]);
      if (child.exitCode === null) child.kill('SIGKILL');
    },
  };
}

function asker(child: ChildProcess): BotProcess['ask'] {
  const waiting = new Map<number, (answer: unknown) => void>();
  let nextId = 0;
  child.on('message', ({ id, answer }: { id: number; answer: unknown }) => {
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });
  return (request) =>
    new Promise((resolve) => {
      const id = nextId++;
      waiting.set(id, resolve);
      child.send({ id, request });
    });
}
