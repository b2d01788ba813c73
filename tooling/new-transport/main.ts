// `pnpm new:transport NAME`
import { spawnSync } from 'node:child_process';
import { generateTransport } from './generate.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const [name, ...others] = process.argv.slice(2);

if (name === undefined || others.length > 0 || name.startsWith('-')) {
  say('pnpm new:transport NAME      for example: pnpm new:transport acme');
  process.exitCode = 2;
} else {
  try {
    const files = generateTransport(process.cwd(), name);
    // Names differ in length and in the alphabet: lines break and imports sort accordingly.
    spawnSync('biome', ['check', '--write', `packages/${name}`], { stdio: 'ignore' });
    files.forEach(say);
    say(`
Next:
  1. The vendor's SDK: a version in the catalog of pnpm-workspace.yaml, then in packages/${name}/package.json
     a tested range in "peerDependencies" and "catalog:" in "devDependencies".
  2. pnpm install
  3. pnpm test packages/${name}      it fails: nothing is written yet
  4. docs/adding-a-transport.md has the contract, and what a review looks at.`);
  } catch (error) {
    say((error as Error).message);
    process.exitCode = 1;
  }
}
