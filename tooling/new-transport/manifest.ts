import type { Names } from './names.ts';
import type { Place } from './place.ts';

const repository = 'https://github.com/avatarwire/avatarwire';

/** What a package outside this repository depends on, as ranges. */
export interface Versions {
  /** Of core and conformance, which have one version. */
  readonly avatarwire: string;
  readonly tsup: string;
  readonly typescript: string;
  readonly vitest: string;
}

/** The `package.json` of a new adapter. */
export function manifestOf(names: Names, place: Place, versions: Versions): object {
  const { name, Name } = names;
  return {
    name: place.package,
    version: '0.0.0',
    ...(place.kind === 'workspace' && { private: true }),
    description: `avatarwire over ${Name}`,
    ...(place.kind !== 'workspace' && {
      keywords: ['avatar', 'streaming-avatar', 'webrtc', 'realtime', name],
    }),
    license: 'MIT',
    ...(place.kind === 'published' && {
      homepage: `${repository}/tree/main/packages/${name}#readme`,
      bugs: `${repository}/issues`,
      repository: { type: 'git', url: `git+${repository}.git`, directory: `packages/${name}` },
    }),
    type: 'module',
    sideEffects: false,
    ...kinds[place.kind](names, place, versions),
  };
}

const built = { types: './dist/index.d.ts', default: './dist/index.js' };

const kinds: Readonly<Record<Place['kind'], (names: Names, place: Place, versions: Versions) => object>> = {
  published: ({ name }) => ({
    exports: {
      '.': { '@avatarwire/source': './src/index.ts', ...built },
      './package.json': './package.json',
    },
    files: ['dist', 'src'],
    publishConfig: { access: 'public', provenance: true },
    scripts: {
      build: 'tsup',
      dev: 'tsup --watch',
      test: `pnpm --workspace-root test packages/${name}`,
      types: 'tsc -p .',
    },
    dependencies: { '@avatarwire/core': 'workspace:^' },
    devDependencies: { '@avatarwire/conformance': 'workspace:*', '@avatarwire/tooling': 'workspace:*' },
    'size-limit': [{ path: 'dist/index.js', limit: '7 kB' }],
  }),
  workspace: (_names, { shown }) => ({
    exports: './src/index.ts',
    scripts: { test: `pnpm --workspace-root test ${shown}`, types: 'tsc -p .' },
    dependencies: { '@avatarwire/core': 'workspace:*' },
    devDependencies: { '@avatarwire/conformance': 'workspace:*' },
  }),
  standalone: (_names, _place, { avatarwire, tsup, typescript, vitest }) => ({
    exports: { '.': built, './package.json': './package.json' },
    files: ['dist'],
    scripts: {
      build: 'tsup src/index.ts --format esm --target es2022 --dts',
      test: 'vitest run',
      types: 'tsc -p .',
    },
    dependencies: { '@avatarwire/core': avatarwire },
    devDependencies: { '@avatarwire/conformance': avatarwire, tsup, typescript, vitest },
  }),
};
