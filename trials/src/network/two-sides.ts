/** Two network namespaces, each with one device, and a wire between them. */

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CleanUp } from './clean-up';
import { type KeptProgram, keepProgram, runProgram, until } from './programs';
import { connectWire, type Wire } from './wire';

export interface Side {
  /** Of the namespace. */
  readonly name: string;
  readonly address: string;
}

export interface TwoSides {
  /** Where server and avatar are. */
  readonly far: Side;
  /** Where the visitor is. */
  readonly near: Side;
  readonly wire: Wire;
  /** For sockets and scripts; goes with the rest. */
  readonly folder: string;
}

const PREFIX = 'avatarwire';
const FOLDER = 'avatarwire-network-';
const DEVICE = 'tap0';
const FAR = '10.99.0.1';
const NEAR = '10.99.0.2';
const START_MS = 5_000;
const EMPTY_MS = 3_000;

/** Makes everything, and tells `cleanUp` of each thing as soon as it is there. Needs root. */
export async function makeTwoSides(cleanUp: CleanUp): Promise<TwoSides> {
  const folder = mkdtempSync(join(tmpdir(), `${FOLDER}${process.pid}-`));
  cleanUp.defer(folder, () => rmSync(folder, { recursive: true }));
  const far: Side = { name: `${PREFIX}-far-${process.pid}`, address: FAR };
  const near: Side = { name: `${PREFIX}-near-${process.pid}`, address: NEAR };
  await makeSide(far, NEAR, join(folder, 'far'), cleanUp);
  await makeSide(near, FAR, join(folder, 'near'), cleanUp);

  const socket = join(folder, 'wire');
  // -N: packets may overtake each other.
  const filter = keepProgram('wirefilter', [
    '-v',
    `${join(folder, 'far')}:${join(folder, 'near')}`,
    '-M',
    socket,
    '-N',
  ]);
  cleanUp.defer('wirefilter', filter.stop);
  await appears('wirefilter', filter, () => existsSync(socket));
  const wire = await connectWire(socket);
  cleanUp.defer('the hold of the wire', wire.close);
  return { far, near, wire, folder };
}

async function makeSide(
  { name, address }: Side,
  other: string,
  socket: string,
  cleanUp: CleanUp,
): Promise<void> {
  await runProgram('ip', ['netns', 'add', name]);
  cleanUp.defer(`namespace ${name}`, () => removeNamespace(name));
  const ip = (...args: readonly string[]) => runProgram('ip', ['-n', name, ...args]);
  await ip('link', 'set', 'lo', 'up');
  const vde = keepProgram('ip', ['netns', 'exec', name, 'vde_switch', '-s', socket, '-t', DEVICE]);
  cleanUp.defer(`vde_switch of ${name}`, vde.stop);
  await appears('vde_switch', vde, async () => {
    const { code } = await runProgram('ip', ['-n', name, 'link', 'show', DEVICE], { mayFail: true });
    return code === 0;
  });
  await ip('address', 'add', `${address}/24`, 'dev', DEVICE);
  await ip('link', 'set', DEVICE, 'up');
  // Without one Chromium offers no candidate.
  await ip('route', 'add', 'default', 'via', other);
}

/** @throws Error when a program still runs in it, which then has a network of nobody's */
async function removeNamespace(name: string): Promise<void> {
  let pids = '';
  const isEmpty = async () => {
    pids = (await runProgram('ip', ['netns', 'pids', name])).output.trim();
    return pids === '';
  };
  await until(`the end of programs in ${name}`, isEmpty, EMPTY_MS).catch(() => {});
  await runProgram('ip', ['netns', 'delete', name]);
  if (pids !== '') throw new Error(`still running in it: ${pids.split('\n').join(', ')}`);
}

async function appears(name: string, program: KeptProgram, there: () => unknown): Promise<void> {
  await until(
    `the start of ${name}`,
    () => {
      if (program.ended) throw new Error(`${name} ended at once: ${program.output()}`);
      return there();
    },
    START_MS,
  );
}

/** Namespaces and folders of this trial. @param isMine by the id of the process that made them */
async function traces(
  isMine: (pid: number) => boolean,
): Promise<{ namespaces: string[]; folders: string[] }> {
  const { output } = await runProgram('ip', ['netns', 'list'], { mayFail: true });
  const names = output.split('\n').map((line) => line.split(' ')[0] ?? '');
  const pidOf = (text: string, pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? Number.NaN);
  return {
    namespaces: names.filter((name) => isMine(pidOf(name, /^avatarwire-(?:far|near)-(\d+)$/))),
    folders: readdirSync(tmpdir()).filter((name) => isMine(pidOf(name, /^avatarwire-network-(\d+)-/))),
  };
}

/** What this run has left behind: a line for each. */
export async function leftovers(): Promise<readonly string[]> {
  const { namespaces, folders } = await traces((pid) => pid === process.pid);
  return [...namespaces.map((name) => `namespace ${name}`), ...folders.map((name) => join(tmpdir(), name))];
}

/** Removes what a run left behind that was killed before it could; resolves with the names. */
export async function removeStale(): Promise<readonly string[]> {
  const { namespaces, folders } = await traces((pid) => !Number.isNaN(pid) && !isRunning(pid));
  for (const name of namespaces) await runProgram('ip', ['netns', 'delete', name]);
  for (const name of folders) rmSync(join(tmpdir(), name), { recursive: true });
  return [...namespaces, ...folders];
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
