import { join } from 'node:path';
import type { Package } from '../checks/workspace.ts';

/** What users can import of a package, and where the report about it lies. */
export interface Entry {
  /** As `exports` has it: `.`, `./server`. */
  readonly entry: string;
  /** The built declarations, an absolute path. */
  readonly declarations: string;
  /** The name of its report in the package's folder `api`. */
  readonly report: string;
}

/** Every entry with types. Data (`./package.json`, `./openapi.json`) has none. */
export function entriesOf({ folder, manifest }: Package): Entry[] {
  return Object.entries(manifest.exports ?? {}).flatMap(([entry, target]) => {
    const types = typeof target === 'string' ? undefined : target['types'];
    if (types === undefined) return [];
    return [{ entry, declarations: join(folder, types), report: reportName(entry) }];
  });
}

function reportName(entry: string): string {
  const name = entry === '.' ? 'index' : entry.slice('./'.length).replaceAll('/', '-');
  return `${name}.api.md`;
}
