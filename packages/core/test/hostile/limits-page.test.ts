/** docs/limits.md against the code: each row has the number of its constant, and no constant of an input is missing. */

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../../../', import.meta.url);
const page = readFileSync(new URL('docs/limits.md', root), 'utf8');
const source = (file: string) => readFileSync(new URL(`packages/${file}`, root), 'utf8');

interface Row {
  readonly limit: string;
  readonly name: string;
  readonly file: string;
}

/** `| what | limit | unit | beyond it | where | to be set |` */
function rowsOf(text: string): Row[] {
  return [...text.matchAll(/^\| .+ \| ([\d,]+) \| .+ \| `(\w+)` in `([\w./-]+)` \| .+ \|$/gm)].map(
    ([, limit = '', name = '', file = '']) => ({ limit: limit.replaceAll(',', ''), name, file }),
  );
}

/** What the code gives that name: a product of numbers, as a constant, as a default or as a field. */
function numberOf(name: string, text: string): number | undefined {
  const product = new RegExp(`\\b${name}(?::|\\b[^=\\n]* =) ([\\d_]+(?: \\* [\\d_]+)*)[,;\\n ]`).exec(
    text,
  )?.[1];
  return product?.split(' * ').reduce((value, factor) => value * Number(factor.replaceAll('_', '')), 1);
}

const rows = rowsOf(page);

test('each row of the page has the number that the code has', () => {
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.map(({ limit, name, file }) => `${name} in ${file}: ${limit}`)).toEqual(
    rows.map(({ name, file }) => `${name} in ${file}: ${numberOf(name, source(file))}`),
  );
  // A row that is written otherwise would be left out of account.
  expect(page.match(/^\| .+ \|$/gm)?.filter((line) => /`\w+` in `/.test(line))).toHaveLength(rows.length);
});

test('no limit on what comes in is missing from the page', () => {
  const folders = ['core/src/protocol', 'core/src/session', 'services/src/browser', 'services/src/a2e'];
  const more = ['services/src/heygen', 'services/src/liveavatar', 'webrtc/src'];
  /** Not of an input: a product of others, or a nap. */
  const others = ['LONGEST_NAP_MS', 'LONGEST_ECHO', 'MOST_CONTEXT_CHARACTERS', 'MOST_SDP_CHARACTERS'];
  const named = [...folders, ...more].flatMap((folder) =>
    readdirSync(new URL(`packages/${folder}`, root))
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) =>
        [...source(`${folder}/${file}`).matchAll(/^(?:export )?const ((?:MAX|MOST|LONGEST)_\w+) =/gm)].map(
          ([, name = '']) => name,
        ),
      ),
  );
  expect(named.length).toBeGreaterThan(15);
  const known = [...rows.map(({ name }) => name), ...others, 'MOST_CANDIDATE_CHARACTERS'];
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});

test('a wrong number, a name that is gone and a row that nobody can read are seen', () => {
  const wrong = '| a | 1,025 | bytes | cut | `MAX_RAW_CHARACTERS` in `core/src/protocol/read-json.ts` | no |';
  expect(rowsOf(wrong)).toEqual([
    { limit: '1025', name: 'MAX_RAW_CHARACTERS', file: 'core/src/protocol/read-json.ts' },
  ]);
  expect(numberOf('MAX_RAW_CHARACTERS', source('core/src/protocol/read-json.ts'))).toBe(1_024);
  expect(numberOf('MAX_GONE', source('core/src/protocol/read-json.ts'))).toBeUndefined();
  expect(rowsOf(wrong.replace('1,025', 'many'))).toEqual([]);
});
