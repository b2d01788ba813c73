import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { runCaptured } from '../checks/run-captured.ts';
import { type Manifest, packagesOf } from '../checks/workspace.ts';

const programs = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url));
const catalogFile = 'pnpm-workspace.yaml';
const remedy = 'run `pnpm changeset`, or `pnpm changeset --empty` where no user will notice';

/**
 * Packages that changed since `base`, a branch, where no changeset was added since. Besides the packages' own files that
 * is what they depend on by the catalog: a version there is written into what is published.
 */
export async function changesetFaults(root: string, base: string): Promise<string[]> {
  const status = await runCaptured(join(programs, 'changeset'), ['status', `--since=${base}`], root);
  if (status.code !== 0) return [`${status.output.trim()}\n${remedy}`];

  const from = (await git(root, 'merge-base', base, 'HEAD')).trim();
  const added = await git(root, 'diff', '--name-only', '--diff-filter=A', from, '--', '.changeset/*.md');
  if (added !== '') return [];
  const was = catalogOf(await git(root, 'show', `${from}:${catalogFile}`));
  const is = catalogOf(readFileSync(join(root, catalogFile), 'utf8'));
  return packagesOf(root).flatMap(({ name, manifest }) =>
    fromCatalog(manifest)
      .filter((dependency) => was[dependency] !== is[dependency])
      .map(
        (dependency) =>
          `packages/${name} now needs ${dependency} ${is[dependency]}, not ${was[dependency]}, by the catalog: ${remedy}`,
      ),
  );
}

/** What of the catalog gets into what is published. */
function fromCatalog({ dependencies, peerDependencies }: Manifest): string[] {
  return Object.entries({ ...dependencies, ...peerDependencies })
    .filter(([, range]) => range === 'catalog:')
    .map(([name]) => name);
}

function catalogOf(file: string): Record<string, string | undefined> {
  return parse(file).catalog ?? {};
}

async function git(root: string, ...args: string[]): Promise<string> {
  const { code, output } = await runCaptured('git', args, root);
  if (code !== 0) throw new Error(`git ${args.join(' ')}: ${output.trim()}`);
  return output;
}
