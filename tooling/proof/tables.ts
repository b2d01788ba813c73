/** The conformance reports of the adapters as tables, one short and one with every case. */

/** A report as `@avatarwire/conformance` writes it: a file format, read here without its package. */
export interface ConformanceReport {
  readonly provider: string;
  readonly on: string;
  readonly cases: readonly {
    readonly name: string;
    readonly result: 'passed' | 'failed' | 'unsupported';
    readonly reason?: string;
  }[];
}

const BEGIN = '<!-- proof:begin, written by `pnpm proof` -->';
const END = '<!-- proof:end -->';

/** One line per provider. */
export function summaryTable(reports: readonly ConformanceReport[]): string {
  const rows = reports.map(({ provider, on, cases }) => {
    const count = (result: string) => cases.filter((one) => one.result === result).length;
    const failed = count('failed');
    return [
      `\`${provider}\``,
      on,
      `${count('passed')} cases${failed === 0 ? '' : `, **${failed} failed**`}`,
      String(count('unsupported')),
    ];
  });
  return table(['provider', 'proved on', 'passed', 'not possible there'], rows);
}

/** One line per case, one column per provider, and below why a case was not possible. */
export function fullTable(reports: readonly ConformanceReport[]): string {
  const names = [...new Set(reports.flatMap(({ cases }) => cases.map(({ name }) => name)))];
  const reasons: string[] = [];
  const rows = names.map((name) => [
    name,
    ...reports.map(({ cases }) => {
      const found = cases.find((one) => one.name === name);
      if (!found) return '';
      if (found.result === 'passed') return '✓';
      if (found.result === 'failed') return '**failed**';
      const reason = found.reason ?? 'no reason was given';
      if (!reasons.includes(reason)) reasons.push(reason);
      return `–&nbsp;${reasons.indexOf(reason) + 1}`;
    }),
  ]);
  const header = ['case', ...reports.map(({ provider }) => provider)];
  const notes = reasons.map((reason, index) => `${index + 1}. ${reason}`).join('\n');
  return `${table(header, rows)}\n\nNot possible there, because\n\n${notes}\n`;
}

/** `document` with the table between the marks replaced. */
export function replaceBetweenMarks(document: string, content: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`The document has no marks:\n${BEGIN}\n${END}`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${content}\n\n${document.slice(end)}`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  return [header, header.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map(cell).join(' | ')} |`)
    .join('\n');
}
