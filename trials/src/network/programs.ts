/** Other programs: run to their end, or kept until they are ended by their id. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { findOnPath } from './find-on-path';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** @throws Error with what it wrote when it exits with anything but 0, unless it `mayFail` */
export async function runProgram(
  name: string,
  args: readonly string[],
  { mayFail = false }: { readonly mayFail?: boolean } = {},
): Promise<Ended> {
  const child = spawn(findOnPath(name) ?? name, [...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0 && !mayFail)
    throw new Error(`${name} ${args.join(' ')} ended with ${code}: ${output.trim()}`);
  return { code, output };
}

export interface KeptProgram {
  readonly pid: number;
  readonly ended: boolean;
  /** The last that it wrote. */
  output(): string;
  stop(): Promise<void>;
}

const STOP_MS = 2_000;

/** A program that ends when its standard input does, and so cannot outlive this process. */
export function keepProgram(name: string, args: readonly string[]): KeptProgram {
  const child = spawn(findOnPath(name) ?? name, [...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => {
      output = `${output}${data}`.slice(-2_000);
    });
  child.on('error', (error) => {
    output = error.message;
  });
  child.stdin.on('error', () => {});
  return {
    get pid() {
      return child.pid ?? 0;
    },
    get ended() {
      return isOver(child);
    },
    output: () => output.trim(),
    stop: () => stopChild(child),
  };
}

export async function stopChild(child: ChildProcess): Promise<void> {
  if (isOver(child)) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exited;
  clearTimeout(timer);
}

const isOver = ({ pid, exitCode, signalCode }: ChildProcess) =>
  pid === undefined || exitCode !== null || signalCode !== null;

/** Looks until `done` says so. @throws Error naming `what` after `ms` */
export async function until(what: string, done: () => unknown, ms: number): Promise<void> {
  const deadline = performance.now() + ms;
  while (!(await done())) {
    if (performance.now() > deadline) throw new Error(`${what} took longer than ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
