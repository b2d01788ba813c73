import type { Package } from './workspace.ts';

/** Every code of `AvatarError` is met in at least one test: a code that nothing makes is a promise to nobody. */
export function errorCodeFaults(packages: readonly Package[]): string[] {
  const core = packages.find(({ name }) => name === 'core');
  const union = /type AvatarErrorCode =([^;]*);/.exec(core?.read('src/errors.ts') ?? '')?.[1] ?? '';
  const codes = [...union.matchAll(/'([a-z-]+)'/g)].map((match) => match[1] ?? '');
  if (codes.length === 0) return ['packages/core/src/errors.ts has no AvatarErrorCode to read'];
  const tests = packages.flatMap(({ files, read }) => files.filter(isTestCode).map(read)).join('\n');
  return codes
    .filter((code) => !tests.includes(`'${code}'`))
    .map((code) => `the error code '${code}' is in no test`);
}

function isTestCode(file: string): boolean {
  return /^test\/.*\.tsx?$/.test(file);
}
