/**
 * Measures every row but those that run alone, or those named, and prints them. results.md is written when all were
 * run; of a row that runs alone, its section.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { markdownOf, type ReportedRow, sectionsIn, verdict } from './report';
import { rows } from './rows/index';

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !rows.some((row) => row.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no row ${unknown.join(', ')}. There are: ${rows.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

const TIMES =
  'Times of delivery are on a virtual clock and do not depend on the machine; those of chunking and the soak do.';

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
  const head = `# Benchmarks\n\n\`pnpm bench\` on ${machine()}. ${TIMES}\n`;
  const kept = rows.flatMap(({ name, alone }) => (alone && written.sections.get(name)) ?? []);
  write(head, [...reported.map((row) => markdownOf(row)), ...kept]);
} else {
  const sections = new Map(written.sections);
  const measured = reported.filter(({ name }) =>
    rows.some((row) => row.name === name && row.alone && !row.draft),
  );
  for (const row of measured)
    sections.set(row.name, markdownOf(row, `\`pnpm bench ${row.name}\` on ${machine()}.`));
  if (measured.length > 0) write(written.head, [...sections.values()]);
}
console.log(failed.length === 0 ? '\nEvery target is met.' : `\n${failed.length} targets are missed.`);
process.exitCode = failed.length === 0 ? 0 : 1;

function write(head: string, sections: readonly string[]): void {
  writeFileSync(file, [head, ...sections].join('\n'));
  console.log('\nWritten to benchmarks/results.md.');
}

function machine(): string {
  const processors = cpus();
  const memory = `${Math.round(totalmem() / 1e9)} GB`;
  const date = new Date().toISOString().slice(0, 10);
  return (
    `${date}: ${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}, ${memory}, ` +
    `${type()} ${release()}, Node ${process.versions.node}, V8 ${process.versions.v8}`
  );
}
