import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { globSync } from 'tinyglobby';
import { runCaptured } from './run-captured.ts';
import type { Manifest } from './workspace.ts';

/** A package as users get it: its tarball, and the tarball's contents. */
export interface Packed {
  readonly tarball: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Packs every package below `packages/` into `folder`, and unpacks each under `node_modules` there. */
export async function packAll(root: string, folder: string): Promise<Packed[]> {
  const tarballs = join(folder, 'tarballs');
  mkdirSync(tarballs, { recursive: true });
  const packing = await runCaptured(
    'pnpm',
    ['--recursive', '--filter', './packages/*', 'pack', '--pack-destination', tarballs],
    root,
  );
  if (packing.code !== 0) throw new Error(packing.output);
  return Promise.all(
    readdirSync(tarballs).map(async (file) => {
      const tarball = join(tarballs, file);
      const name = file.replace(/^avatarwire-/, '@avatarwire/').replace(/-\d.*$/, '');
      const into = join(folder, 'node_modules', name);
      mkdirSync(into, { recursive: true });
      await runCaptured('tar', ['-xzf', tarball, '--strip-components=1', '-C', into], root);
      const manifest = JSON.parse(readFileSync(join(into, 'package.json'), 'utf8')) as Manifest;
      return { tarball, folder: into, manifest };
    }),
  );
}

/** publint and attw, on the tarball. */
export async function tarballFaults({ tarball, manifest }: Packed, root: string): Promise<string[]> {
  const tools: [string, string[]][] = [
    ['publint', ['run', tarball, '--strict']],
    ['attw', [tarball, '--profile', 'esm-only', '--no-color', '--no-emoji']],
  ];
  const runs = tools.map(async ([tool, args]) => {
    const { code, output } = await runCaptured(join(root, 'node_modules/.bin', tool), args, root);
    return code === 0 ? [] : [`${manifest.name}, ${tool}:\n${output.trim()}`];
  });
  return (await Promise.all(runs)).flat();
}

/** What is in the tarball and should not be, or is not and should. */
export function contentFaults({ folder, manifest }: Packed): string[] {
  const files = globSync('**/*', { cwd: folder, dot: true });
  const needed = ['LICENSE', 'README.md', 'package.json'];
  const allowed = /^(?:dist\/|src\/|LICENSE$|README\.md$|CHANGELOG\.md$|package\.json$)/;
  const exported = Object.values(manifest.exports ?? {}).map((target) => join('.', String(target)));
  const faults = [
    ...needed.filter((file) => !files.includes(file)).map((file) => `has no ${file}`),
    ...files
      .filter((file) => !allowed.test(file) && !exported.includes(file))
      .map((file) => `carries ${file}`),
    ...workspaceRanges(manifest).map((name) => `still names ${name} by workspace or catalog`),
  ];
  return faults.map((fault) => `${manifest.name}: its tarball ${fault}`);
}

function workspaceRanges({ dependencies, peerDependencies }: Manifest): string[] {
  return Object.entries({ ...dependencies, ...peerDependencies })
    .filter(([, range]) => /^(?:workspace|catalog):/.test(range))
    .map(([name]) => name);
}

/**
 * Imports every entry in plain Node, where there is no `window`, with no vendor's SDK installed. What is installed with
 * it, and peers that the entries may import as values, are lent by the workspace.
 */
export async function importFaults(packed: Packed, folder: string, root: string): Promise<string[]> {
  const entries = Object.keys(packed.manifest.exports ?? {}).filter((entry) => entry !== './package.json');
  const { dependencies = {}, peerDependencies = {} } = packed.manifest;
  const installed = Object.keys(dependencies).filter((name) => !name.startsWith('@avatarwire/'));
  const peers = Object.keys(peerDependencies).filter((name) => importedAtLoad.includes(name));
  for (const name of [...installed, ...peers]) lend(name, packed, folder, root);
  const runs = entries.map(async (entry) => {
    const name = `${packed.manifest.name}${entry.slice(1)}`;
    const kind = entry.endsWith('.json') ? ', { with: { type: "json" } }' : '';
    const { code, output } = await runCaptured(
      process.execPath,
      ['--input-type=module', '--eval', `await import(${JSON.stringify(name)}${kind})`],
      folder,
    );
    return code === 0 ? [] : [`import of ${name} in plain Node: ${errorLine(output)}`];
  });
  return (await Promise.all(runs)).flat();
}

/** Peers that are no vendor's SDK: their importers are useless without them. */
const importedAtLoad: readonly string[] = ['react', 'vitest'];

function lend(name: string, packed: Packed, folder: string, root: string): void {
  const place = join(folder, 'node_modules', name);
  const source = join(
    root,
    'packages',
    (packed.manifest.name ?? '').replace('@avatarwire/', ''),
    'node_modules',
    name,
  );
  mkdirSync(dirname(place), { recursive: true });
  // Another package may have it, too.
  if (!existsSync(place)) symlinkSync(source, place);
}

function errorLine(output: string): string {
  return output.split('\n').find((line) => /^\w*Error/.test(line)) ?? output.trim();
}
