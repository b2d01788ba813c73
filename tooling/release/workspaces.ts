import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { globSync } from 'tinyglobby';
import type { Released } from './faults.ts';

/** Every workspace below `root`, published or not. */
export function workspacesOf(root: string): Released[] {
  const manifests = globSync(['package.json', '*/package.json', '{packages,apps,examples}/*/package.json'], {
    cwd: root,
  });
  return manifests.sort().map((file) => {
    const manifest = JSON.parse(readFileSync(join(root, file), 'utf8'));
    const changelog = join(root, dirname(file), 'CHANGELOG.md');
    return {
      name: manifest.name,
      version: manifest.version,
      private: manifest.private === true,
      changelog: existsSync(changelog) ? readFileSync(changelog, 'utf8') : '',
    };
  });
}
