/** The conformance reports of the adapters as tables, one short and one with every case. */

import { markdownTable } from './markdown-table.ts';

/** A report as `@avatarwire/conformance` writes it: a file format, read here without its package. */
export interface ConformanceReport {
  readonly provider: string;
  readonly on: string;
  readonly cases: readonly {
    readonly name: string;
    /** What the case is about. */
    readonly about: string;
    readonly result: 'passed' | 'failed' | 'unsupported';
    readonly reason?: string;
  }[];
}

/** In the order of a connection's life; what is not here comes behind. */
const CAPABILITIES = [
  'connecting',
  'sending',
  'receiving',
  'media',
  'publishing',
  'reconnecting',
  'ending',
  'hygiene',
];

/** One line per provider, one column per capability: how many of its cases passed, and of how many where not all. */
export function summaryTable(reports: readonly ConformanceReport[]): string {
  const capabilities = capabilitiesOf(reports);
  const rows = reports.map(({ provider, on, cases }) => [
    `\`${provider}\``,
    on,
    ...capabilities.map((capability) => countOf(cases.filter(({ about }) => about === capability))),
  ]);
  return markdownTable(['provider', 'proved on', ...capabilities], rows);
}

function countOf(cases: ConformanceReport['cases']): string {
  const count = (result: string) => cases.filter((one) => one.result === result).length;
  const [passed, failed] = [count('passed'), count('failed')];
  if (cases.length === 0) return '';
  const shown = passed === cases.length ? String(passed) : `${passed} of ${cases.length}`;
  return failed === 0 ? shown : `${shown}, **${failed} failed**`;
}

/** A table per capability: one line per case, one column per provider. Below all, why a case was not possible. */
export function fullTable(reports: readonly ConformanceReport[]): string {
  const reasons: string[] = [];
  const sections = capabilitiesOf(reports).map(
    (capability) => `## ${capability}\n\n${tableOf(capability, reports, reasons)}`,
  );
  const notes = reasons.map((reason, index) => `${index + 1}. ${reason}`).join('\n');
  return `${sections.join('\n\n')}\n\n## Not possible there, because\n\n${notes}\n`;
}

function tableOf(capability: string, reports: readonly ConformanceReport[], reasons: string[]): string {
  const casesOf = ({ cases }: ConformanceReport) => cases.filter(({ about }) => about === capability);
  const names = [...new Set(reports.flatMap((report) => casesOf(report).map(({ name }) => name)))];
  const rows = names.map((name) => [
    name,
    ...reports.map((report) => {
      const found = casesOf(report).find((one) => one.name === name);
      if (!found) return '';
      if (found.result === 'passed') return '✓';
      if (found.result === 'failed') return '**failed**';
      const reason = found.reason ?? 'no reason was given';
      if (!reasons.includes(reason)) reasons.push(reason);
      return `–&nbsp;${reasons.indexOf(reason) + 1}`;
    }),
  ]);
  return markdownTable(['case', ...reports.map(({ provider }) => provider)], rows);
}

function capabilitiesOf(reports: readonly ConformanceReport[]): string[] {
  const found = new Set(reports.flatMap(({ cases }) => cases.map(({ about }) => about)));
  const known = CAPABILITIES.filter((capability) => found.has(capability));
  return [...known, ...[...found].filter((capability) => !known.includes(capability))];
}
