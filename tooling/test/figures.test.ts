// What the README says of measurements stands where the measurements stand.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';
import { figuresTable, unfoundFigures } from '../proof/figures.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const results = read('benchmarks/results.md');
const sources = [results, ...globSync('trials/results/*.md', { cwd: root }).map(read)];
const section = /\n## Figures\n[^]*?(?=\n## )/.exec(read('README.md'))?.[0] ?? '';

describe('the figures of the README', () => {
  test('stand in the results of the benchmarks or the trials, each of them', () => {
    expect(section).toMatch(/\d ms/);
    expect(unfoundFigures(section, sources)).toEqual([]);
  });

  test('a figure that was changed by hand would be found', () => {
    const planted = section.replace(/[\d,]+(?= ms)/, '987654');
    expect(planted).not.toBe(section);
    expect(unfoundFigures(planted, sources)).toEqual(['987654ms']);
  });

  test('are numbers with units: names, versions and counts are none', () => {
    const text = '4 texts in 1.5 s, 12,000 B, 3×, 40 %; Node 20.19, 5 samples, 2 bits, v1.2s';
    expect(unfoundFigures(text, [])).toEqual(['1.5s', '12,000B', '3×', '40%']);
    expect(unfoundFigures(text, ['1.5s', '| 12,000 B |', '3× 40%'])).toEqual([]);
    expect(unfoundFigures('5 ms', ['15 ms', '5.5 ms'])).toEqual(['5ms']);
  });

  test('are quoted with what was missed; of several the worst; and a line that is gone is an error', () => {
    const missed = results.replace(
      /(## wire-bytes[^]*?)\| pass \|(?= 10,000 units of English)/,
      '$1| FAIL |',
    );
    expect(figuresTable(missed)).toContain('**missed**');
    expect(() => figuresTable(results.replace('## soak', '## another'))).toThrow('soak');
    const slower = results.replace(/(## hand-over-time[^]*?Arabic over trtc[^]*?\| )1\.\d+× /, '$19.999× ');
    expect(figuresTable(slower)).toContain('9.999×');
  });
});
