import { basename, isAbsolute, join, relative, resolve } from 'node:path';
import type { Names } from './names.ts';

/** Where an adapter is written, and what it then is. */
export interface Place {
  /**
   * `published`: below `packages/`, one of ours. `workspace`: elsewhere in this repository, an example say; private.
   * `standalone`: outside this repository, a package with nothing of it but what is published.
   */
  readonly kind: 'published' | 'workspace' | 'standalone';
  /** Absolute. */
  readonly folder: string;
  /** As it is said to whoever asked: relative to the repository, where it is inside. */
  readonly shown: string;
  /** What the package is called. */
  readonly package: string;
}

/** @param into as `--into` gives it, relative to `root` or absolute; without it the adapter is one of ours */
export function placeOf(root: string, { name }: Names, into?: string): Place {
  const folder = resolve(root, into ?? join('packages', name));
  const inside = relative(root, folder);
  if (inside === '') throw new Error('--into needs a folder of its own');
  if (inside === join('packages', name))
    return { kind: 'published', folder, shown: inside, package: `@avatarwire/${name}` };
  if (inside.startsWith('packages/'))
    throw new Error(`a package lives in packages/${name}: leave --into out, or give a folder elsewhere`);
  const isOutside = isAbsolute(inside) || inside.split(/[\\/]/)[0] === '..';
  if (isOutside) return { kind: 'standalone', folder, shown: folder, package: `avatarwire-${name}` };
  const [top = '', ...rest] = inside.split(/[\\/]/);
  const scope = top.replace(/s$/, '');
  return {
    kind: 'workspace',
    folder,
    shown: inside,
    package: rest.length > 0 ? `@avatarwire/${scope}-${basename(folder)}` : `@avatarwire/${basename(folder)}`,
  };
}
