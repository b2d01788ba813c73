// `pnpm new:transport NAME [--into FOLDER]`
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { generateTransport } from './generate.ts';
import type { Place } from './place.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

const usage = `pnpm new:transport NAME [--into FOLDER]

  pnpm new:transport acme                         one of ours, in packages/acme
  pnpm new:transport acme --into examples/acme    elsewhere in this repository, with what is published alone
  pnpm new:transport acme --into ../acme          a package of your own, outside this repository`;

const next: Readonly<Record<Place['kind'], (shown: string) => readonly string[]>> = {
  published: (shown) => [
    "The vendor's SDK: a version in the catalog of pnpm-workspace.yaml, then in",
    `  ${shown}/package.json a tested range in "peerDependencies" and "catalog:" in "devDependencies".`,
    'pnpm install',
    `pnpm test ${shown}      it fails: nothing is written yet`,
  ],
  workspace: (shown) => ['pnpm install', `pnpm test ${shown}      it fails: nothing is written yet`],
  standalone: (shown) => [
    `cd ${shown}`,
    `The vendor's SDK: a tested range in "peerDependencies", a version in "devDependencies".`,
    'npm install',
    'npm test      it fails: nothing is written yet',
  ],
};

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { into: { type: 'string' } },
  });
  const [name, ...others] = positionals;
  if (name === undefined || others.length > 0) throw new Error(usage);
  const { place, files } = generateTransport(process.cwd(), name, values.into);
  // Names differ in length and in the alphabet: lines break and imports sort accordingly.
  if (place.kind !== 'standalone') spawnSync('biome', ['check', '--write', place.shown], { stdio: 'ignore' });
  files.forEach(say);
  say('\nNext:');
  for (const step of next[place.kind](place.shown)) say(`  ${step}`);
  say('  docs/adding-a-transport.md has the contract, and what a review looks at.');
} catch (error) {
  say((error as Error).message);
  process.exitCode = 1;
}
