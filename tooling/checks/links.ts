import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { globSync } from 'tinyglobby';

/** Links in Markdown that lead to a file of this repository, and the file is not there. */
export function linkFaults(root: string): string[] {
  const pages = globSync('**/*.md', {
    cwd: root,
    dot: true,
    ignore: ['**/node_modules/**', '**/dist/**'],
  }).sort();
  return pages.flatMap((page) =>
    targetsIn(readFileSync(join(root, page), 'utf8'))
      .filter((target) => !existsSync(join(root, normalize(join(dirname(page), target)))))
      .map((target) => `${page} links to ${target}, which is not there`),
  );
}

/** Relative targets of links and pictures, without their anchors. What stands in code is no link. */
function targetsIn(text: string): string[] {
  const prose = text.replace(/^(```|~~~)[^\n]*\n[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');
  const targets = [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)].map((match) => match[1] ?? '');
  return targets
    .filter((target) => !/^(?:[a-z][a-z0-9+.-]*:|#|\/\/)/i.test(target))
    .map((target) => decodeURI(target.replace(/#.*$/, '')));
}
