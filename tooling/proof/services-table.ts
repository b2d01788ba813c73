/** What was seen of each service over each of its networks, as a table. */

import { markdownTable } from './markdown-table.ts';

type Result = 'passed' | 'unsupported' | 'failed' | 'not-run';

/** As apps/e2e writes it: a file format, read here without its package. */
export interface ServicesProof {
  readonly combinations: readonly {
    readonly service: string;
    readonly network: string;
    readonly real: string;
    /** By case, in the order of the columns. */
    readonly results: Readonly<Record<string, Result>>;
  }[];
}

const WORDS: Readonly<Record<Result, string>> = {
  passed: '✓',
  unsupported: '–',
  failed: '**failed**',
  'not-run': 'not run',
};

/** One line per combination, one column per case. A combination of which something failed, or was not run, has no tick. */
export function servicesTable({ combinations }: ServicesProof): string {
  const cases = [...new Set(combinations.flatMap(({ results }) => Object.keys(results)))];
  const rows = combinations.map(({ service, network, real, results }) => {
    const seen = cases.map((name) => results[name] ?? 'not-run');
    const whole = seen.every((result) => result === 'passed' || result === 'unsupported');
    const cells = seen.map((result) => (whole || result !== 'passed' ? WORDS[result] : ''));
    return [`${service} over ${network}`, real, ...cells];
  });
  return markdownTable(['service', 'what carries it', ...cases.map((name) => `\`${name}\``)], rows);
}
