import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const { url } = JSON.parse(readFileSync(join(root, 'packages/core/package.json'), 'utf8')).repository as {
  readonly url: string;
};

/** Where the source lies: as the packages' manifests name it. */
export const repository = url.replace(/^git\+/, '').replace(/\.git$/, '');

/**
 * Where a link of a page leads on the site. In the repository every link is relative to its file; the docs are pages of
 * the site, and so is the README of each package; anything else is in the repository alone.
 *
 * @param file of the page that holds the link, relative to the top of the repository
 * @param page where that page stands on the site, relative to `docs/`
 */
export function onSite(target: string, file: string, page: string): string {
  if (target === '' || /^(?:[a-z][a-z0-9+.-]*:|[#/])/i.test(target)) return target;
  const [path = '', anchor] = target.split('#');
  const wanted = join(dirname(file), decodeURI(path)).replace(/\/$/, '');
  const there = pageOf(wanted);
  if (there === undefined)
    return `${repository}/blob/main/${encodeURI(wanted)}${anchor === undefined ? '' : `#${anchor}`}`;
  const way = relative(dirname(page), there);
  return `${way.startsWith('.') ? way : `./${way}`}${anchor === undefined ? '' : `#${anchor}`}`;
}

/** The page on the site that shows this file or folder of the repository, relative to `docs/`. */
function pageOf(wanted: string): string | undefined {
  const readme = /^packages\/([^/]+)(?:\/README\.md)?$/.exec(wanted);
  if (readme) return `packages/${readme[1]}.md`;
  return wanted.startsWith('docs/') && /\.(?:md|png)$/.test(wanted)
    ? wanted.slice('docs/'.length)
    : undefined;
}
