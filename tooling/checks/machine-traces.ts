import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Trace {
  readonly what: string;
  readonly pattern: RegExp;
}

const folders: Trace = {
  what: 'a path of one machine',
  // As a whole path: `src/work/` and an address such as `example.com/home/` are fine.
  pattern: /(?<![\w.\-$}>~/*])\/(?:work|root|tmp|home\/[\w.-]+|Users\/[\w.-]+)\/[\w.@-]/,
};

const lockedTarballs: Trace = { what: 'the address of a tarball', pattern: /\btarball: ?['"]?https?:/ };

/** What of one machine got into files that are, or would be, committed. `hosts`: package registries in use there. */
export function machineTraces(root: string, hosts: readonly string[]): string[] {
  const registries = hosts.map((host) => ({
    what: 'the host of a package registry',
    pattern: new RegExp(`(?<![\\w.-])${host.replaceAll('.', '\\.')}(?![\\w-])`),
  }));
  return committedFiles(root).flatMap((file) => {
    const lines = readFileSync(join(root, file), 'utf8').split('\n');
    if (lines.some((line) => line.includes('\0'))) return [];
    const traces = [folders, ...registries, ...(file === 'pnpm-lock.yaml' ? [lockedTarballs] : [])];
    return lines.flatMap((line, index) =>
      traces
        .filter(({ pattern }) => pattern.test(line))
        .map(({ what }) => `${file}:${index + 1} holds ${what}: ${line.trim().slice(0, 100)}`),
    );
  });
}

/** Tracked files, and new ones that nothing ignores. */
function committedFiles(root: string): string[] {
  const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  const deleted = spawnSync('git', ['ls-files', '-z', '--deleted'], { cwd: root, encoding: 'utf8' }).stdout;
  const gone = new Set(deleted.split('\0'));
  return stdout.split('\0').filter((file) => file !== '' && !gone.has(file));
}

/** The registry that npm uses here, besides the public one, which no file needs to name either. */
export function registryHosts(): string[] {
  const { stdout } = spawnSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' });
  const used = URL.canParse(stdout.trim()) ? [new URL(stdout.trim()).hostname] : [];
  return [...new Set([...used, ['registry', 'npmjs', 'org'].join('.')])];
}
