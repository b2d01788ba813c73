/** What a row measures, and how it is shown. */

export interface Row {
  /** For the command line: `pnpm bench NAME…` runs these rows alone. */
  readonly name: string;
  /** Takes minutes and a machine to itself: runs only when it is named, and keeps its section otherwise. */
  readonly alone?: true;
  /** Its figures are for a look, and are not written down. */
  readonly draft?: boolean;
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

/** A section of results.md. `where`: under which circumstances, if they are its own. */
export function markdownOf({ name, results }: ReportedRow, where?: string): string {
  const lines = results.map((result) => [
    verdict(result),
    result.what,
    result.target,
    result.value,
    result.comparison,
  ]);
  const table = [COLUMNS, COLUMNS.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`);
  return [`## ${name}`, ...(where === undefined ? [] : [where]), `${table.join('\n')}\n`].join('\n\n');
}

/** What is above the first section, and the sections by their names. */
export function sectionsIn(markdown: string): {
  readonly head: string;
  readonly sections: ReadonlyMap<string, string>;
} {
  const [head = '', ...parts] = markdown.split(/\n(?=## )/);
  const nameOf = (part: string) => part.slice('## '.length).split('\n')[0] ?? '';
  return { head, sections: new Map(parts.map((part) => [nameOf(part), part])) };
}

export const ratio = (value: number) => `${value.toFixed(3)}×`;
export const milliseconds = (value: number) => `${Math.round(value).toLocaleString('en')} ms`;
export const bytes = (value: number) => `${Math.round(value).toLocaleString('en')} B`;
export const kilobytes = (value: number) => `${(value / 1_000).toFixed(2)} kB`;
