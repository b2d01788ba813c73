/** What the soak found, as a page for readers. */

import { cpus, release, totalmem, type } from 'node:os';
import { type Check, type Part, type Row, shown } from './part';

export function verdictOf({ pass }: Check): string {
  if (pass === undefined) return '–';
  return pass ? 'pass' : 'FAIL';
}

/** @param versions of what took part, by name */
export function markdownOf(
  parts: readonly Part[],
  date: Date,
  versions: Readonly<Record<string, string>>,
): string {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    '# Soak',
    `\`pnpm soak\` on ${date.toISOString().slice(0, 10)}: ${machine()}; ${named.join(', ')}.`,
    'Heaps are measured after the garbage was collected. The criterion is the slope of a straight line through the second ' +
      'half of the samples, with two standard errors on top.',
    ...parts.map(section),
  ].join('\n\n');
}

function section({ title, what, seconds, checks, samples }: Part): string {
  const judged = checks.map((check) => [verdictOf(check), check.what, check.wanted, check.found]);
  return [
    `## ${title}`,
    `${what} It took ${duration(seconds)}.`,
    table(['', 'what', 'wanted', 'found'], judged),
    measured(samples),
  ].join('\n\n');
}

function measured(samples: readonly Row[]): string {
  const [first = {}] = samples;
  return `${table(
    Object.keys(first),
    samples.map((sample) => Object.values(sample).map(shown)),
  )}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function duration(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

function machine(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  return `${processors.length} × ${model}, ${Math.round(totalmem() / 1e9)} GB, ${type()} ${release()}`;
}
