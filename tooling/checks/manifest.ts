import type { Manifest, Package } from './workspace.ts';

const scripts = ['build', 'dev', 'test', 'types'];

/** What every published package's `package.json` has to say; a line for each thing that it does not. */
export function manifestFaults({ name, manifest, files }: Package): string[] {
  const wanted: [boolean, string][] = [
    [manifest.name === `@avatarwire/${name}`, `is called @avatarwire/${name}`],
    [manifest.type === 'module', 'has "type": "module"'],
    [manifest.private !== true, 'is not private'],
    [manifest.license === 'MIT', 'has "license": "MIT"'],
    [manifest.sideEffects === false, 'has "sideEffects": false'],
    [
      packsWhatItHas(manifest, files),
      'packs "dist" and "src", and beside them only files that lie next to its manifest',
    ],
    [manifest.repository?.directory === `packages/${name}`, 'names its folder in "repository"'],
    [
      manifest.publishConfig?.access === 'public' && manifest.publishConfig.provenance === true,
      'is published publicly, with provenance',
    ],
    [manifest.exports?.['./package.json'] === './package.json', 'exports ./package.json'],
    [files.includes('README.md'), 'has a README.md'],
    ...scripts.map((script): [boolean, string] => [
      manifest.scripts?.[script] !== undefined,
      `has the script "${script}"`,
    ]),
  ];
  return [
    ...wanted.flatMap(([kept, rule]) => (kept ? [] : [`packages/${name}: a package ${rule}`])),
    ...entryFaults(name, manifest, files),
    ...dependencyFaults(name, manifest),
  ];
}

function entryFaults(name: string, manifest: Manifest, files: readonly string[]): string[] {
  const entries = Object.entries(manifest.exports ?? {}).filter(([entry]) => entry !== './package.json');
  if (entries.length === 0) return [`packages/${name} exports nothing`];
  return entries.flatMap(([entry, target]) => {
    const where = `packages/${name}, entry "${entry}"`;
    if (typeof target === 'string') {
      return isDataFile(target, files)
        ? []
        : [`${where} has no conditions, and is no JSON file of the package`];
    }
    const faults: string[] = [];
    // With `types` first, tsc reads a stale dist as soon as there is one.
    if (!same(Object.keys(target), ['@avatarwire/source', 'types', 'default'])) {
      faults.push(`${where} has to have @avatarwire/source, types, default, in this order`);
    }
    const source = target['@avatarwire/source'] ?? '';
    const built = source.replace('./src/', './dist/').replace(/\.tsx?$/, '');
    if (!files.includes(source.replace('./', '')))
      faults.push(`${where} leads to ${source}, which is not there`);
    if (target['types'] !== `${built}.d.ts`) faults.push(`${where} has to have its types at ${built}.d.ts`);
    if (target['default'] !== `${built}.js`) faults.push(`${where} has to be built to ${built}.js`);
    return faults;
  });
}

function dependencyFaults(name: string, manifest: Manifest): string[] {
  const faults: string[] = [];
  const ours = (dependency: string) => dependency.startsWith('@avatarwire/');
  for (const [dependency, range] of Object.entries(manifest.dependencies ?? {})) {
    if (ours(dependency) && range !== 'workspace:^') {
      faults.push(`packages/${name} depends on ${dependency} as "${range}": has to be "workspace:^"`);
    }
  }
  for (const [peer, range] of Object.entries(manifest.peerDependencies ?? {})) {
    // As a peer, a minor of core would make every other package a major.
    if (ours(peer)) faults.push(`packages/${name} has ${peer} as a peer: has to be an ordinary dependency`);
    if (range === '*' || range === 'latest')
      faults.push(`packages/${name} takes any ${peer}: name a tested range`);
    if (!ours(peer) && manifest.devDependencies?.[peer] !== 'catalog:') {
      faults.push(
        `packages/${name} is tested with no exact ${peer}: add it to devDependencies as "catalog:"`,
      );
    }
  }
  return faults;
}

/** Data that a package hands on as it is. */
function isDataFile(target: string, files: readonly string[]): boolean {
  return target.endsWith('.json') && files.includes(target.replace('./', ''));
}

/** A file, and not a folder: a folder would take along whatever somebody leaves in it. */
function packsWhatItHas({ files: packed = [] }: Manifest, files: readonly string[]): boolean {
  const [dist, src, ...others] = packed;
  return dist === 'dist' && src === 'src' && others.every((each) => files.includes(each));
}

function same(one: readonly string[] | undefined, other: readonly string[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
