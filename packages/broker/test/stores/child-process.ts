import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../..', import.meta.url));

export interface Child {
  /** What it has written into its notes so far, a line each. Only what it finished writing. */
  notes(): string[];
  kill(): Promise<void>;
  readonly ended: Promise<number | null>;
  output(): string;
}

/** Starts one of the programs in this folder. It gets the path of a file for its notes, then `args`. */
export function startChild(program: string, notes: string, ...args: readonly string[]): Child {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--conditions=@avatarwire/source', '--import', 'tsx', `test/stores/${program}`, notes, ...args],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    notes() {
      try {
        return readFileSync(notes, 'utf8').split('\n').slice(0, -1);
      } catch {
        return [];
      }
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    ended,
    output: () => output,
  };
}
