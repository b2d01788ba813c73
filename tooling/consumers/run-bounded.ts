import { spawn } from 'node:child_process';

export interface Run {
  /** Undefined: it was ended, because it had not ended by itself. */
  readonly code: number | undefined;
  readonly stdout: string;
  /** What it wrote to both, in order. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** @default 300000 */
  readonly withinMs?: number;
}

/** Runs a program as a consumer would: with no setting of the package manager or the test runner that started us. */
export function runBounded(program: string, args: readonly string[], options: RunOptions): Promise<Run> {
  const { cwd, env = {}, withinMs = 300_000 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...consumerEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let output = '';
    let late = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const deadline = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, withinMs);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(deadline);
      resolve({ code: late ? undefined : (code ?? 1), stdout, output });
    });
  });
}

/** Its own npm takes the registry from the user's configuration, not from whatever runs us. */
export function consumerEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(?:npm_|pnpm_|VITEST|NODE_ENV$|NODE_OPTIONS$)/;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  return { ...Object.fromEntries(kept), NEXT_TELEMETRY_DISABLED: '1' };
}
