import { expect, test } from 'vitest';
import { type ConformanceReport, fullTable, replaceBetweenMarks, summaryTable } from '../proof/tables.ts';

const reports: ConformanceReport[] = [
  {
    provider: 'one',
    on: 'a real server',
    cases: [
      { name: 'of its own', about: 'acme', result: 'passed' },
      { name: 'a | b', about: 'sending', result: 'passed' },
      { name: 'c', about: 'connecting', result: 'unsupported', reason: 'no rooms' },
      { name: 'd', about: 'connecting', result: 'passed' },
    ],
  },
  { provider: 'two', on: 'nothing', cases: [{ name: 'c', about: 'connecting', result: 'failed' }] },
];

test('the short table has a column for each capability, and says of how many where not all passed', () => {
  expect(summaryTable(reports).split('\n')).toEqual([
    '| provider | proved on | connecting | sending | acme |',
    '| --- | --- | --- | --- | --- |',
    '| `one` | a real server | 1 of 2 | 1 | 1 |',
    '| `two` | nothing | 0 of 1, **1 failed** |  |  |',
  ]);
});

test('the long table has a section for each capability, a line for each case, and the reasons below', () => {
  expect(fullTable(reports).split('\n')).toEqual([
    '## connecting',
    '',
    '| case | one | two |',
    '| --- | --- | --- |',
    '| c | –&nbsp;1 | **failed** |',
    '| d | ✓ |  |',
    '',
    '## sending',
    '',
    '| case | one | two |',
    '| --- | --- | --- |',
    '| a \\| b | ✓ |  |',
    '',
    '## acme',
    '',
    '| case | one | two |',
    '| --- | --- | --- |',
    '| of its own | ✓ |  |',
    '',
    '## Not possible there, because',
    '',
    '1. no rooms',
    '',
  ]);
});

test('only what stands between the marks is replaced, and a document without marks is refused', () => {
  const document = 'before\n<!-- proof:begin, written by `pnpm proof` -->\nold\n<!-- proof:end -->\nafter\n';
  expect(replaceBetweenMarks(document, 'new')).toBe(document.replace('old', '\nnew\n'));
  expect(() => replaceBetweenMarks('nothing', 'new')).toThrow('proof:begin');
});
