/** The far side as its parent sees it. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CleanUp } from './clean-up';
import type { Answered, Asked, FarRequest } from './far-requests';
import { findOnPath } from './find-on-path';
import { runProgram, stopChild } from './programs';
import type { AvatarReport } from './reports';
import type { TwoSides } from './two-sides';

export interface FarSide {
  /** Where its server is reached: address and port, behind TLS. */
  readonly address: string;
  /** Puts a fresh avatar into a fresh room. Resolves with the visitor's token. */
  open(room: string): Promise<string>;
  report(): Promise<AvatarReport>;
  leaveRoom(): Promise<void>;
}

/** @throws Error with what it last wrote, when it ends before it is ready */
export async function startFarSide({ far, folder }: TwoSides, cleanUp: CleanUp): Promise<FarSide> {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const subject = ['-subj', `/CN=${far.address}`, '-addext', `subjectAltName=IP:${far.address}`];
  const files = ['-keyout', key, '-out', certificate];
  await runProgram('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-noenc',
    '-days',
    '2',
    ...subject,
    ...files,
  ]);

  const child = fork(
    fileURLToPath(new URL('./far-main.ts', import.meta.url)),
    [far.address, key, certificate],
    {
      execPath: findOnPath('ip') ?? 'ip',
      execArgv: [
        'netns',
        'exec',
        far.name,
        process.execPath,
        '--conditions=@avatarwire/source',
        '--import',
        'tsx',
      ],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Ctrl-C in a terminal reaches the whole group: the parent decides what happens then.
      detached: true,
      // rtc-node writes every event to standard output otherwise.
      env: { ...process.env, NODE_ENV: 'production' },
    },
  );
  let complaint = '';
  child.stderr?.on('data', (data) => {
    complaint = `${complaint}${data}`.slice(-2_000);
  });
  const ask = asker(child);
  cleanUp.defer('the far side', async () => {
    await ask({ do: 'close' }).catch(() => {});
    await stopChild(child);
  });
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`the far side ended with ${code}: ${complaint}`);
  });
  exited.catch(() => {});
  await Promise.race([once(child, 'message'), exited]);
  return {
    address: String(await ask({ do: 'where' })),
    open: async (room) => String(await ask({ do: 'open', room })),
    report: () => ask({ do: 'report' }) as Promise<AvatarReport>,
    leaveRoom: async () => void (await ask({ do: 'leave-room' })),
  };
}

function asker(child: ChildProcess): (request: FarRequest) => Promise<unknown> {
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  let nextId = 0;
  child.on('message', ({ id, answer, problem }: Answered) => {
    if (problem === undefined) waiting.get(id)?.resolve(answer);
    else waiting.get(id)?.reject(new Error(`the far side: ${problem}`));
    waiting.delete(id);
  });
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('the far side has ended'));
    waiting.clear();
  });
  return (request) =>
    new Promise((resolve, reject) => {
      if (!child.connected) return reject(new Error('the far side has ended'));
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      child.send({ id, request } satisfies Asked);
    });
}
