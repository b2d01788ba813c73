import type { SetupResult } from '../setup/result.ts';

/** A real thing that some tests run against. */
export interface Part {
  readonly name: string;
  /** The environment variable through which the tests learn where it is. */
  readonly variable: string;
  readonly result: SetupResult;
}

/** What a run amounts to. A missing part skips its tests on a developer's machine, and fails the run in CI. */
export function outcome(
  vitestExitCode: number,
  parts: readonly Part[],
  ci: boolean,
): { exitCode: number; lines: string[] } {
  const missing = parts.flatMap(({ name, variable, result }) =>
    'missing' in result ? [`${name}: ${result.missing} (set ${variable} to use your own)`] : [],
  );
  const word = ci ? 'MISSING' : 'SKIPPED, tests that need';
  return {
    exitCode: vitestExitCode === 0 && ci && missing.length > 0 ? 1 : vitestExitCode,
    lines: missing.map((line) => `${word} ${line}`),
  };
}
