import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import { parse } from 'yaml';

export type Bump = 'patch' | 'minor' | 'major';

export interface Changeset {
  /** Package to bump; nothing in an empty one. */
  readonly bumps: Readonly<Record<string, Bump>>;
  /** What users will read in the changelog. */
  readonly text: string;
}

/** The changesets that wait for the next release. */
export function waitingChangesets(root: string): Changeset[] {
  const files = globSync('.changeset/*.md', { cwd: root, dot: true, ignore: ['.changeset/README.md'] });
  return files.sort().map((file) => parseChangeset(readFileSync(join(root, file), 'utf8')));
}

export function parseChangeset(file: string): Changeset {
  const [, bumps, text] = /^---\n([\s\S]*?)\n?---\n([\s\S]*)$/.exec(file) ?? [];
  if (bumps === undefined || text === undefined) throw new Error(`not a changeset: ${file}`);
  return { bumps: parse(bumps) ?? {}, text: text.trim() };
}

export function plantChangeset(root: string, name: string, { bumps, text }: Changeset): void {
  const lines = Object.entries(bumps).map(([each, bump]) => `'${each}': ${bump}\n`);
  writeFileSync(join(root, '.changeset', `${name}.md`), `---\n${lines.join('')}---\n\n${text}\n`);
}
