import { findOnPath } from './find-program.ts';
import { runProgram } from './run-program.ts';

/**
 * Installs a package of Debian or Ubuntu; resolves with whether that succeeded, and is undefined where it may not be
 * tried: without root, without apt-get.
 */
export function installDebianPackage(name: string): Promise<boolean> | undefined {
  if (process.getuid?.() !== 0 || findOnPath('apt-get') === undefined) return undefined;
  const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
  return runProgram('apt-get', ['update', '-qq'], quiet).then(() =>
    runProgram('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], quiet),
  );
}
