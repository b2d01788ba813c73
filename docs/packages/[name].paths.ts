import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { globSync } from 'tinyglobby';
import { onSite, root } from '../build/repository.ts';

/** The README of each package, as a page. */
export default {
  watch: ['../../packages/*/README.md'],
  paths: () =>
    globSync('packages/*/README.md', { cwd: root }).map((file) => {
      const name = basename(dirname(file));
      return {
        params: { name },
        content: withLinks(readFileSync(join(root, file), 'utf8'), file, `packages/${name}.md`),
      };
    }),
};

/** What stands in code is no link. */
function withLinks(text: string, file: string, page: string): string {
  return text.replace(
    /^(```|~~~)[\s\S]*?^\1|`[^`\n]*`|\]\(([^)\s]+)\)/gm,
    (whole, _fence: string | undefined, target: string | undefined) =>
      target === undefined ? whole : `](${onSite(target, file, page)})`,
  );
}
