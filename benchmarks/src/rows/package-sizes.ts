/**
 * What a page downloads, minified and gzipped, without vendor SDKs: each budget in the `size-limit` field of a
 * package's manifest, bundled from source.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundled } from '../bundled';
import { kilobytes, type Result, type Row } from '../report';

interface Budget {
  readonly name?: string;
  readonly path: string;
  readonly import?: string;
  readonly limit: string;
}

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly 'size-limit'?: readonly Budget[];
}

const SOURCE = '@avatarwire/source';
const packagesFolder = fileURLToPath(new URL('../../../packages', import.meta.url));

export const packageSizes: Row = {
  name: 'package-sizes',
  async run() {
    const results: Result[] = [];
    for (const folder of readdirSync(packagesFolder).sort()) {
      const file = join(packagesFolder, folder, 'package.json');
      if (!existsSync(file)) continue;
      const manifest: Manifest = JSON.parse(readFileSync(file, 'utf8'));
      for (const budget of manifest['size-limit'] ?? []) {
        const source = sourceOf(manifest, budget.path);
        // A script for pages without a bundler is no entry, and has no one source: `pnpm check` weighs it as built.
        if (source !== undefined) results.push(await measure(join(dirname(file), source), manifest, budget));
      }
    }
    return results;
  },
};

/** Without the packages that are weighed by themselves: ours below it and the vendors'. */
async function measure(source: string, manifest: Manifest, budget: Budget): Promise<Result> {
  const others = [
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}),
  ];
  const names = budget.import ?? '*';
  const { minified, gzipped } = await bundled(`export ${names} from ${JSON.stringify(source)};`, {
    from: dirname(source),
    without: others,
  });
  const limit = Number.parseFloat(budget.limit) * 1_000;
  const label = budget.name ?? budget.import?.replace(/[{}\s]/g, '');
  return {
    what: [manifest.name, label].filter(Boolean).join(', '),
    target: `≤ ${budget.limit}`,
    value: kilobytes(gzipped),
    comparison: `minified ${kilobytes(minified)}`,
    pass: gzipped <= limit,
  };
}

/** The source of a built file: the entry of `exports` that names both. */
function sourceOf({ exports = {} }: Manifest, built: string): string | undefined {
  for (const target of Object.values(exports)) {
    const source = typeof target === 'object' ? target[SOURCE] : undefined;
    if (source && Object.values(target).includes(`./${built.replace(/^\.\//, '')}`)) return source;
  }
  return undefined;
}
