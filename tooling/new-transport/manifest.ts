import type { Names } from './names.ts';

const repository = 'https://github.com/avatarwire/avatarwire';

/** The `package.json` of a new adapter. */
export function manifestOf({ name, Name }: Names): object {
  return {
    name: `@avatarwire/${name}`,
    version: '0.0.0',
    description: `avatarwire over ${Name}`,
    keywords: ['avatar', 'streaming-avatar', 'webrtc', 'realtime', name],
    license: 'MIT',
    homepage: `${repository}/tree/main/packages/${name}#readme`,
    bugs: `${repository}/issues`,
    repository: { type: 'git', url: `git+${repository}.git`, directory: `packages/${name}` },
    type: 'module',
    sideEffects: false,
    exports: {
      '.': {
        '@avatarwire/source': './src/index.ts',
        types: './dist/index.d.ts',
        default: './dist/index.js',
      },
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
  };
}
