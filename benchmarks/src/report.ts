/** What a row measures, and how it is shown. */

export interface Row {
  /** For the command line: `pnpm bench NAME…` runs these rows alone. */
  readonly name: string;
  run(): Promise<readonly Result[]>;
}

export interface Result {
  readonly what: string;
  readonly target: string;
  readonly value: string;
  /** The same by other means, in the same run. */
  readonly comparison: string;
  /** Undefined for figures without a target, and for what cannot be measured here: `value` says why. */
  readonly pass?: boolean;
}

export type ReportedRow = { readonly name: string; readonly results: readonly Result[] };

const COLUMNS = ['', 'what', 'target', 'value', 'comparison'] as const;

export function verdict({ pass }: Result): string {
  if (pass === undefined) return '–';
  return pass ? 'pass' : 'FAIL';
}

export function markdownOf(rows: readonly ReportedRow[]): string {
  const sections = rows.map(({ name, results }) => {
    const lines = results.map((result) => [
      verdict(result),
      result.what,
      result.target,
      result.value,
      result.comparison,
    ]);
    const table = [COLUMNS, COLUMNS.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`);
    return `## ${name}\n\n${table.join('\n')}\n`;
  });
  return sections.join('\n');
}

export const ratio = (value: number) => `${value.toFixed(3)}×`;
export const milliseconds = (value: number) => `${Math.round(value).toLocaleString('en')} ms`;
export const bytes = (value: number) => `${Math.round(value).toLocaleString('en')} B`;
export const kilobytes = (value: number) => `${(value / 1_000).toFixed(2)} kB`;
