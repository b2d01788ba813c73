/**
 * Measures every row but those that run alone, or those named, and prints them. results.md is written when all were run;
 * of a row that runs alone, and of those named behind `--write`, their sections, each with when and on what it was.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { circumstances } from './circumstances';
import { markdownOf, type ReportedRow, sectionsIn, verdict } from './report';
import { rows } from './rows/index';

const { values, positionals: wanted } = parseArgs({
  options: { write: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = wanted.filter((name) => !rows.some((row) => row.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no row ${unknown.join(', ')}. There are: ${rows.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

const TIMES =
  'Times of delivery over Agora and TRTC are on a virtual clock and do not depend on the machine; all others do. The long ' +
  'soak, the network with faults and the fuzzing write their own: [trials/results](../trials/results).';

const where = circumstances();
const reported: ReportedRow[] = [];
for (const row of rows) {
  if (wanted.length > 0 ? !wanted.includes(row.name) : row.alone) continue;
  console.log(`\n${row.name}`);
  // It may wait for a process that does not keep this one alive.
  const waiting = setInterval(() => {}, 60_000);
  const results = await row.run();
  clearInterval(waiting);
  for (const result of results) {
    const { what, target, value, comparison } = result;
    console.log(
      `  ${verdict(result).padEnd(4)}  ${what}\n        target ${target}   value ${value}   beside ${comparison}`,
    );
  }
  reported.push({ name: row.name, results });
}

const failed = reported.flatMap(({ results }) => results.filter(({ pass }) => pass === false));
const file = fileURLToPath(new URL('../results.md', import.meta.url));
const written = sectionsIn(readFileSync(file, 'utf8'));
if (wanted.length === 0) {
  const head = `# Benchmarks\n\n\`pnpm bench\` on ${where}. ${TIMES}\n`;
  const kept = rows.flatMap(({ name, alone }) => (alone && written.sections.get(name)) ?? []);
  write(head, [...reported.map((row) => markdownOf(row)), ...kept]);
} else {
  const sections = new Map(written.sections);
  const measured = reported.filter(({ name }) =>
    rows.some((row) => row.name === name && (row.alone || values.write) && !row.draft),
  );
  for (const row of measured)
    sections.set(row.name, markdownOf(row, `\`pnpm bench ${row.name}\` on ${where}.`));
  if (measured.length > 0)
    write(
      written.head,
      rows.flatMap(({ name }) => sections.get(name) ?? []),
    );
}
console.log(failed.length === 0 ? '\nEvery target is met.' : `\n${failed.length} targets are missed.`);
process.exitCode = failed.length === 0 ? 0 : 1;

function write(head: string, sections: readonly string[]): void {
  writeFileSync(file, [head, ...sections].join('\n'));
  console.log('\nWritten to benchmarks/results.md.');
}
