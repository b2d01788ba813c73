/**
 * `pnpm proof` writes what the conformance runs, the conversations with every service and the benchmarks found into the
 * README and docs/conformance.md. With `--check` it writes nothing and fails when they say something else.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { figuresTable } from './figures.ts';
import { replaceBetweenMarks } from './marks.ts';
import { type ServicesProof, servicesTable } from './services-table.ts';
import { type ConformanceReport, fullTable, summaryTable } from './tables.ts';

const reports = globSync('packages/*/conformance*.json')
  .sort()
  .map((file): ConformanceReport => JSON.parse(readFileSync(file, 'utf8')));

const services: ServicesProof = JSON.parse(readFileSync('apps/e2e/services-proof.json', 'utf8'));

const proof = `${summaryTable(reports)}

A figure is how many cases passed; "9 of 11", that two were not possible there. Every case by name, and why:
[docs/conformance.md](docs/conformance.md).`;

const conversations = `${servicesTable(services)}

✓: seen to work. –: the service has no such call; the session says so before, and rejects it with \`unsupported\`. A line of
which anything failed or was not run has no ✓. What each column asks: [the cases](apps/e2e/test/services/cases.ts).`;

const inReadme = {
  proof,
  services: conversations,
  figures: figuresTable(readFileSync('benchmarks/results.md', 'utf8')),
};

const wanted = {
  'README.md': Object.entries(inReadme).reduce(
    (readme, [name, content]) => replaceBetweenMarks(readme, name, content),
    readFileSync('README.md', 'utf8'),
  ),
  'docs/conformance.md': `# What each transport was seen to do

Written by \`pnpm proof\` from the reports that the [conformance suite](../packages/conformance) leaves behind when an
adapter's tests run.

${fullTable(reports)}`,
};

const check = process.argv.includes('--check');
let stale = false;
for (const [file, content] of Object.entries(wanted)) {
  if (!check) {
    writeFileSync(file, content);
  } else if (readOrEmpty(file) !== content) {
    stale = true;
    console.error(`${file} does not say what the reports say: run \`pnpm proof\`.`);
  }
}
process.exitCode = stale ? 1 : 0;

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
