/** The processes of this measurement: each a Node of its own, asked and answered over its channel. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Look } from './messages';

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const PROBE = pathOf('./probe.ts');

export interface Program {
  readonly pid: number;
  /** Sends it a word or a plan, and resolves with its answer. One at a time. */
  ask<T>(wanted: unknown): Promise<T>;
  /** What it says unasked. */
  said<T>(): Promise<T>;
  look(): Promise<Look>;
  /** Processor time so far, all its threads, in seconds. Undefined where the system does not tell. */
  cpuSeconds(): number | undefined;
  /** What it wrote. */
  output(): string;
  /** Ends it by a signal, and resolves with its exit code. */
  end(): Promise<number | null>;
}

export interface ProgramOptions {
  readonly file: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Receives what it writes. */
  readonly logFile: string;
}

export function startProgram({ file, env = {}, logFile }: ProgramOptions): Program {
  const log = openSync(logFile, 'w');
  const profiling = process.env['AVATARWIRE_BENCH_PROFILE'];
  const child = spawn(
    process.execPath,
    [
      ...['--conditions=@avatarwire/source', '--expose-gc', '--import', 'tsx', '--import', PROBE],
      ...(profiling ? ['--cpu-prof', `--cpu-prof-dir=${profiling}`] : []),
      file,
    ],
    { env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: ['ignore', log, log, 'ipc'] },
  );
  closeSync(log);
  // It does not outlive this process, however that ends.
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'exit').then(([code]) => {
    process.off('exit', kill);
    return code as number | null;
  });
  const output = () => readFileSync(logFile, 'utf8');

  async function said<T>(): Promise<T> {
    const answer = await Promise.race([once(child, 'message'), ended]);
    if (Array.isArray(answer)) return answer[0] as T;
    throw new Error(`${file} ended (${answer}): ${output().slice(-2_000)}`);
  }
  function ask<T>(wanted: unknown): Promise<T> {
    child.send(wanted as Parameters<ChildProcess['send']>[0]);
    return said<T>();
  }

  const pid = child.pid ?? 0;
  return {
    pid,
    said,
    ask,
    look: () => ask<Look>('look'),
    cpuSeconds: () => cpuSecondsOf(pid),
    output,
    end() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Linux counts in hundredths of a second. */
const TICKS_PER_SECOND = 100;

export function cpuSecondsOf(pid: number): number | undefined {
  try {
    // The name of the program, in brackets, may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}

export const PROGRAMS = {
  mock: pathOf('./mock-main.ts'),
  generator: pathOf('./generator-main.ts'),
} as const;
