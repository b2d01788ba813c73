import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';

export interface Outcome {
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts the program as `pnpm test:live` does, with these variables and nothing of ours beside. */
export function runLive(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const { PATH = '', HOME = '', CHROMIUM_BIN } = process.env;
  const child = spawn(
    process.execPath,
    ['--conditions=@avatarwire/source', '--import', 'tsx', 'src/main.ts', ...args],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { PATH, HOME, ...(CHROMIUM_BIN !== undefined && { CHROMIUM_BIN }), ...variables },
    },
  );
  // One that hangs must not outlive its test.
  onTestFinished(() => void child.kill());
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (exitCode) => resolve({ exitCode, out, err }));
  });
}
