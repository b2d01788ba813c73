/** A test's own process of Node: started from its source, asked over the channel between the two, ended with its parent. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answered, Asked } from './answer-parent';

export interface AskedProcess<Request> {
  /** Rejects with what went wrong there. */
  ask(request: Request): Promise<unknown>;
  close(): Promise<void>;
}

const CLOSE_MS = 5_000;

/**
 * @param file beside this one; calls `answerParent`
 *
 * @throws Error with what it last wrote, when it ends before it is ready
 */
export async function startProcess<Request>(
  file: string,
  args: readonly string[],
): Promise<AskedProcess<Request>> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [...args], {
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
      throw new Error(`${file} ended with ${code}: ${complaint}`);
    }),
  ]);
  const ask = asker(child);
  return {
    ask,
    async close() {
      if (child.exitCode !== null) return;
      await Promise.race([
        ask('close').then(() => exited),
        new Promise((resolve) => setTimeout(resolve, CLOSE_MS)),
      ]);
      if (child.exitCode === null) child.kill('SIGKILL');
    },
  };
}

function asker(child: ChildProcess): (request: unknown) => Promise<unknown> {
  const waiting = new Map<number, (answered: Answered) => void>();
  let nextId = 0;
  child.on('message', (answered: Answered) => {
    waiting.get(answered.id)?.(answered);
    waiting.delete(answered.id);
  });
  return (request) =>
    new Promise((resolve, reject) => {
      const id = nextId++;
      waiting.set(id, ({ answer, problem }) =>
        problem === undefined ? resolve(answer) : reject(new Error(problem)),
      );
      child.send({ id, request } satisfies Asked);
    });
}
