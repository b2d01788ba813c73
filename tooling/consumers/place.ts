import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Packed } from '../checks/packed.ts';
import { runBounded } from './run-bounded.ts';

/** Our packages as tarballs, outside packages at exact versions, and an empty folder to install both in. */
export interface Stage {
  readonly folder: string;
  readonly packages: readonly Packed[];
  readonly catalog: Readonly<Record<string, string>>;
}

export interface Wanted {
  /**
   * By name: `packed` for a package of ours, `catalog:` for the workspace's version, else as npm takes it.
   */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  /** As in a package.json: `{ "@avatarwire/react": { "@avatarwire/core": "file:…" } }`. */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

const npmFlags = ['--prefer-offline', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];

/**
 * Copies `projects/NAME` to an empty folder, with the tarballs in its package.json. What our packages need of ours is
 * named there, too: no registry has it yet.
 */
export function placeProject(stage: Stage, name: string): string {
  const source = join(import.meta.dirname, 'projects', name);
  const place = placeEmpty(
    stage,
    name,
    JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Wanted,
  );
  cpSync(source, place, {
    recursive: true,
    // The manifest is already there, with versions; the others are what an editor leaves behind.
    filter: (file) =>
      !/(?:node_modules|next-env\.d\.ts)$/.test(file) && file !== join(source, 'package.json'),
  });
  return place;
}

export function placeEmpty(stage: Stage, name: string, manifest: Wanted): string {
  const place = join(stage.folder, 'projects', name);
  mkdirSync(place, { recursive: true });
  const dependencies = versionsFor(stage, manifest.dependencies);
  const devDependencies = versionsFor(stage, manifest.devDependencies ?? {});
  writeFileSync(
    join(place, 'package.json'),
    JSON.stringify(
      { name, private: true, type: 'module', ...manifest, dependencies, devDependencies },
      null,
      2,
    ),
  );
  return place;
}

/** A tarball for each package of ours, also for those that they depend on; a version for each other. */
export function versionsFor(
  { packages, catalog }: Stage,
  wanted: Readonly<Record<string, string>>,
): Record<string, string> {
  const versions: Record<string, string> = {};
  const add = (name: string, version: string): void => {
    if (versions[name] !== undefined) return;
    if (version !== 'packed') {
      const exact = version === 'catalog:' ? catalog[name] : version;
      if (exact === undefined) throw new Error(`The catalog has no ${name}.`);
      versions[name] = exact;
      return;
    }
    const packed = packages.find(({ manifest }) => manifest.name === name);
    if (packed === undefined) throw new Error(`No ${name} was packed.`);
    versions[name] = `file:${packed.tarball}`;
    for (const dependency of Object.keys(packed.manifest.dependencies ?? {})) {
      if (packages.some(({ manifest }) => manifest.name === dependency)) add(dependency, 'packed');
    }
  };
  for (const [name, version] of Object.entries(wanted)) add(name, version);
  return versions;
}

/** `npm install`, from the registry that the user's npm is set to. A line for what it refused. */
export async function install(place: string, flags: readonly string[] = []): Promise<string[]> {
  const { code, output } = await runBounded('npm', ['install', ...npmFlags, ...flags], { cwd: place });
  if (code === 0) return [];
  const lines = output
    .split('\n')
    .filter((line) => /npm error/.test(line) && !/complete log|debug-0/.test(line));
  return [
    `npm install failed:\n${(lines.length === 0 ? output.split('\n') : lines).slice(0, 12).join('\n')}`,
  ];
}

/** The program of a package that is installed in `place`. */
export function programOf(place: string, name: string): string {
  const program = join(place, 'node_modules/.bin', name);
  if (!existsSync(program)) throw new Error(`${place} has no program ${name}.`);
  return program;
}
