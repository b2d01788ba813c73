import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { VARIABLES } from '../../src/cli/variables';
import { DEFAULT_LIMITS, DEFAULT_TIMINGS } from '../../src/defaults';
import { ROUTES } from '../../src/http/routes';
import { HTTP_BOUNDS } from '../../src/node/http-server';
import { createMetrics } from '../../src/node/metrics';

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');

/** Names in the first cell and figures in the second, of rows whose names are among those. */
function figures(names: readonly string[]): Record<string, number> {
  const rows = readme.split('\n').filter((line) => line.startsWith('| `'));
  return Object.fromEntries(
    rows.flatMap((row) => {
      const [, first = '', second = ''] = row.split('|');
      const found = [...first.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
      const values = second.split(/, (?=\d)/).map((value) => Number(value.replaceAll(',', '').trim()));
      return found.every((name) => names.includes(name))
        ? found.map((name, at) => [name, values[at] ?? Number.NaN])
        : [];
    }),
  );
}

test('the README has the default of every limit and timing', () => {
  const defaults: Record<string, number> = { ...DEFAULT_LIMITS, ...DEFAULT_TIMINGS };
  expect(figures(Object.keys(defaults))).toEqual(defaults);
});

test('the README has the bounds of the HTTP server', () => {
  for (const [name, value] of Object.entries(HTTP_BOUNDS))
    expect(readme).toContain(`\`${name}\` ${value.toLocaleString('en')}`);
});

test('the README has every route, and no other', () => {
  const rows = [...readme.matchAll(/^\| `(GET|POST) (\/\S+)` \|/gm)].map(
    ([, method, path]) => `${method} ${path}`,
  );
  const routes = Object.values(ROUTES).map(
    ({ method, path }) => `${method.toUpperCase()} ${path.replace(/:(\w+)/g, '{$1}')}`,
  );
  expect(rows.sort()).toEqual(routes.sort());
});

test('the README has every metric, and no other', async () => {
  const tally = { opening: 0, open: 0, closing: 0, unresolved: 0, closed: 0, failed: 0 };
  const metrics = createMetrics({ tally: async () => tally });
  const { text } = await metrics.page();
  metrics.close();
  const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) =>
    name.replace('avatarwire_broker_', ''),
  );
  const section = readme.split('## Metrics')[1]?.split('\n## ')[0] ?? '';
  const documented = [...section.matchAll(/`([a-z]+(?:_[a-z0-9]+)+|sessions)`/g)].map(([, name]) => name);
  expect(documented.sort()).toEqual(names.sort());
});

test('the README names no variable that there is not', () => {
  const named = [...readme.matchAll(/\b((?:AVATARWIRE|AKOOL|A2E|HEYGEN|LIVEAVATAR)_[A-Z0-9_]*[A-Z0-9])\b/g)];
  expect(named.length).toBeGreaterThan(15);
  for (const [, name = ''] of named) expect(VARIABLES).toHaveProperty(name.replace(/_FILE$/, ''));
});
