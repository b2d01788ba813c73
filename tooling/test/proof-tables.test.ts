import { expect, test } from 'vitest';
import { type ConformanceReport, fullTable, replaceBetweenMarks, summaryTable } from '../proof/tables.ts';

const reports: ConformanceReport[] = [
  {
    provider: 'one',
    on: 'a real server',
    cases: [
      { name: 'a | b', result: 'passed' },
      { name: 'c', result: 'unsupported', reason: 'no rooms' },
    ],
  },
  { provider: 'two', on: 'nothing', cases: [{ name: 'c', result: 'failed' }] },
];

test('the short table counts what passed, what failed and what was not possible', () => {
  expect(summaryTable(reports).split('\n').slice(2)).toEqual([
    '| `one` | a real server | 1 cases | 1 |',
    '| `two` | nothing | 0 cases, **1 failed** | 0 |',
  ]);
});

test('the long table has a line for each case of any report, and the reasons below', () => {
  const lines = fullTable(reports).split('\n');
  expect(lines.slice(2, 4)).toEqual(['| a \\| b | ✓ |  |', '| c | –&nbsp;1 | **failed** |']);
  expect(lines).toContain('1. no rooms');
});

test('only what stands between the marks is replaced, and a document without marks is refused', () => {
  const document = 'before\n<!-- proof:begin, written by `pnpm proof` -->\nold\n<!-- proof:end -->\nafter\n';
  expect(replaceBetweenMarks(document, 'new')).toBe(document.replace('old', '\nnew\n'));
  expect(() => replaceBetweenMarks('nothing', 'new')).toThrow('proof:begin');
});
