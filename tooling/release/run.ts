import { runCaptured } from '../checks/run-captured.ts';

/** Runs a program in `cwd` to its end and resolves with what it wrote; rejects with that where it fails. */
export type Run = (program: string, args: readonly string[], cwd: string) => Promise<string>;

/** Programs see this process's environment with `changes` on top. */
export function runner(changes: NodeJS.ProcessEnv = {}): Run {
  return async (program, args, cwd) => {
    const { code, output } = await runCaptured(program, args, cwd, withChanges(process.env, changes));
    if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${output.trim()}`);
    return output;
  };
}

/** npm reads its settings from the environment in any case: what is changed is not there twice. */
function withChanges(env: NodeJS.ProcessEnv, changes: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const changed = new Set(Object.keys(changes).map((name) => name.toLowerCase()));
  const others = Object.entries(env).filter(([name]) => !changed.has(name.toLowerCase()));
  return { ...Object.fromEntries(others), ...changes };
}
