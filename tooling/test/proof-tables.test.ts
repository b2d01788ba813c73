import { expect, test } from 'vitest';
import { replaceBetweenMarks } from '../proof/marks.ts';
import { servicesTable } from '../proof/services-table.ts';
import { type ConformanceReport, fullTable, summaryTable } from '../proof/tables.ts';

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

test('the table of the services has a column for each case, and no tick in a line of which anything failed or was not run', () => {
  const one = { service: 'One', network: 'Agora', real: 'a double' };
  const table = servicesTable({
    combinations: [
      { ...one, results: { connect: 'passed', ask: 'unsupported', close: 'passed' } },
      { ...one, results: { connect: 'passed', ask: 'unsupported', close: 'failed' } },
      { ...one, results: { connect: 'passed', ask: 'passed', close: 'not-run' } },
      { ...one, results: { connect: 'passed', ask: 'passed' } },
    ],
  });
  expect(table.split('\n')).toEqual([
    '| service | what carries it | `connect` | `ask` | `close` |',
    '| --- | --- | --- | --- | --- |',
    '| One over Agora | a double | ✓ | – | ✓ |',
    '| One over Agora | a double |  | – | **failed** |',
    '| One over Agora | a double |  |  | not run |',
    '| One over Agora | a double |  |  | not run |',
  ]);
});

test('only what stands between the marks of a name is replaced, and a document without them is refused', () => {
  const marked = (name: string, content: string) =>
    `<!-- ${name}:begin, written by \`pnpm proof\` -->${content}<!-- ${name}:end -->\n`;
  const document = `before\n${marked('one', '\nold\n')}between\n${marked('two', '\nold\n')}after\n`;
  expect(replaceBetweenMarks(document, 'two', 'new')).toBe(
    `before\n${marked('one', '\nold\n')}between\n${marked('two', '\n\nnew\n\n')}after\n`,
  );
  expect(() => replaceBetweenMarks(document, 'three', 'new')).toThrow('three:begin');
});
