import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { globSync } from 'tinyglobby';

export interface Manifest {
  readonly name?: string;
  readonly type?: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly engines?: { readonly node?: string };
  readonly sideEffects?: unknown;
  readonly files?: readonly string[];
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly repository?: { readonly directory?: string };
  readonly publishConfig?: { readonly access?: string; readonly provenance?: boolean };
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly 'size-limit'?: readonly { readonly path: string; readonly limit: string }[];
}

/** A published package: one folder below `packages/`. */
export interface Package {
  /** The name of its folder. */
  readonly name: string;
  readonly folder: string;
  readonly manifest: Manifest;
  /** All its files, relative to its folder, without what is built or installed. */
  readonly files: readonly string[];
  /** The text of one of them; '' where there is none. */
  read(file: string): string;
}

export function packagesOf(root: string): Package[] {
  return globSync('packages/*/package.json', { cwd: root })
    .sort()
    .map((manifest) => packageAt(join(root, dirname(manifest))));
}

/** An adapter is known by its transport, not by a list. */
export function isAdapter({ name, files }: Package): boolean {
  return files.includes(`src/${name}-transport.ts`);
}

function packageAt(folder: string): Package {
  const files = globSync('**/*', { cwd: folder, ignore: ['**/node_modules/**', 'dist/**'] }).sort();
  const read = (file: string) => (files.includes(file) ? readFileSync(join(folder, file), 'utf8') : '');
  return {
    name: basename(folder),
    folder,
    manifest: JSON.parse(read('package.json')) as Manifest,
    files,
    read,
  };
}
