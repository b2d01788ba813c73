import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { globSync } from 'tinyglobby';
import { headingSlug } from './heading-slug.ts';

/** Links in Markdown that lead to a file of this repository, or to a heading in one, and it is not there. */
export function linkFaults(root: string): string[] {
  const pages = globSync('**/*.md', {
    cwd: root,
    dot: true,
    // What is generated is checked by the build of the site.
    ignore: ['**/node_modules/**', '**/dist/**', 'docs/api/**', 'docs/.vitepress/**'],
  }).sort();
  return pages.flatMap((page) =>
    targetsIn(readFileSync(join(root, page), 'utf8')).flatMap((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : normalize(join(dirname(page), decodeURI(path)));
      if (!existsSync(join(root, file))) return [`${page} links to ${path}, which is not there`];
      const document = documentAt(root, file);
      if (!anchor || document === undefined || anchorsOf(document).has(decodeURIComponent(anchor))) return [];
      return [`${page} links to ${target}, and there is no such heading`];
    }),
  );
}

/** Relative targets of links and pictures. What stands in code is no link. */
function targetsIn(text: string): string[] {
  const prose = withoutFences(text).replace(/`[^`\n]*`/g, '');
  const targets = [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)].map((match) => match[1] ?? '');
  return targets.filter((target) => !/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(target));
}

/** The Markdown that a link to this file or folder shows; undefined for anything else, whose anchors are its own. */
function documentAt(root: string, file: string): string | undefined {
  const shown = statSync(join(root, file)).isDirectory() ? join(file, 'README.md') : file;
  return shown.endsWith('.md') && existsSync(join(root, shown))
    ? readFileSync(join(root, shown), 'utf8')
    : undefined;
}

/** A heading that stands there twice has a number the second time. */
function anchorsOf(document: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutFences(document).matchAll(/^#{1,6} +(.*?)(?: +#+)?$/gm)) {
    const slug = headingSlug(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, ''));
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

function withoutFences(text: string): string {
  return text.replace(/^(```|~~~)[^\n]*\n[\s\S]*?^\1/gm, '');
}
