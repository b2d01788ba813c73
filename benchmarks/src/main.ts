/** Measures every row, or those named, prints them, and writes results.md when all were run. */

import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { markdownOf, type ReportedRow, verdict } from './report';
import { rows } from './rows/index';

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !rows.some((row) => row.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no row ${unknown.join(', ')}. There are: ${rows.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

const reported: ReportedRow[] = [];
for (const row of rows) {
  if (wanted.length > 0 && !wanted.includes(row.name)) continue;
  console.log(`\n${row.name}`);
  const results = await row.run();
  for (const result of results) {
    const { what, target, value, comparison } = result;
    console.log(
      `  ${verdict(result).padEnd(4)}  ${what}\n        target ${target}   value ${value}   beside ${comparison}`,
    );
  }
  reported.push({ name: row.name, results });
}

const failed = reported.flatMap(({ results }) => results.filter(({ pass }) => pass === false));
if (wanted.length === 0) {
  const file = fileURLToPath(new URL('../results.md', import.meta.url));
  writeFileSync(file, `# Benchmarks\n\n${machine()}\n\n${markdownOf(reported)}`);
  console.log('\nWritten to benchmarks/results.md.');
}
console.log(failed.length === 0 ? '\nEvery target is met.' : `\n${failed.length} targets are missed.`);
process.exitCode = failed.length === 0 ? 0 : 1;

function machine(): string {
  const processors = cpus();
  const memory = `${Math.round(totalmem() / 1e9)} GB`;
  const date = new Date().toISOString().slice(0, 10);
  return (
    `\`pnpm bench\` on ${date}: ${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}, ${memory}, ` +
    `${type()} ${release()}, Node ${process.versions.node}, V8 ${process.versions.v8}. Times of delivery are on a ` +
    'virtual clock and do not depend on the machine; those of chunking and the soak do.'
  );
}
