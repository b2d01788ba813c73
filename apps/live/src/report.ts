/** A run's results, for people. */

import type { CaseOutcome, Results } from './results';

export function markdownOf(heading: string, { conversation, conformance, answers }: Results): string {
  const failed = conformance.filter(({ result }) => result === 'failed');
  const inapplicable = conformance.filter(({ result }) => result === 'unsupported');
  const passed = conformance.length - failed.length - inapplicable.length;
  return [
    `# ${heading}`,
    '## A conversation',
    table(
      ['', 'what', 'measured'],
      conversation.map(({ pass, what, value }) => [pass ? 'pass' : 'FAIL', what, value]),
    ),
    '## The contract',
    `${passed} cases passed, ${failed.length} failed, ${inapplicable.length} do not apply.`,
    ...tableOf(
      ['', 'case', 'why'],
      failed.map(({ name, reason = '' }) => ['FAIL', name, reason]),
    ),
    ...tableOf(
      ['cases', 'do not apply, because'],
      countedReasons(inapplicable).map(([reason, count]) => [String(count), reason]),
    ),
    '## Open questions',
    ...tableOf(
      ['question', 'answer'],
      answers.map(({ asks, answer }) => [asks, answer]),
    ),
    '',
  ].join('\n\n');
}

function countedReasons(cases: readonly CaseOutcome[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { reason = 'no reason was given' } of cases) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one);
}

function tableOf(columns: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length > 0 ? [table(columns, rows)] : [];
}

export function hasFailed({ conversation, conformance }: Results): boolean {
  return conversation.some(({ pass }) => !pass) || conformance.some(({ result }) => result === 'failed');
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
  return [columns, columns.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map(cell).join(' | ')} |`)
    .join('\n');
}
