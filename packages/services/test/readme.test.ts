import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { A2E_CODES } from '../src/a2e/codes';
import { A2E_REQUEST } from '../src/a2e/create';
import { a2e } from '../src/a2e/index';
import { AKOOL_CODES } from '../src/akool/codes';
import { AKOOL_REQUEST } from '../src/akool/create';
import { HEYGEN_CODES } from '../src/heygen/codes';
import { HEYGEN_REQUEST } from '../src/heygen/create';
import { heygen } from '../src/heygen/index';
import { LIVEAVATAR_REQUEST } from '../src/liveavatar/create';
import { liveavatar } from '../src/liveavatar/index';
import { makeServer, NAMES } from './support/stage';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const rowsOf = (heading: string) =>
  (readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );

const TABLES = [AKOOL_REQUEST, A2E_REQUEST, HEYGEN_REQUEST, LIVEAVATAR_REQUEST];
const IMPLIED = ['by each call', '`retelling` only', 'by each message'];

test('the table of requests says what the tables in the code say', () => {
  const rows = rowsOf('One request, four services');
  for (const [name = '', ...cells] of rows) {
    const field = name.replaceAll('`', '');
    for (const [index, { fields, extra }] of TABLES.entries()) {
      const cell = cells[index];
      if (field === 'extra') {
        const names = Object.keys(extra).map((each) => `\`${each}\``);
        expect(cell).toBe(names.join(', ') || '–');
        continue;
      }
      const rule = fields[field as keyof typeof fields];
      if ('to' in rule) expect(cell).toBe(`\`${rule.to}\``);
      else if ('unsupported' in rule) expect(cell).toBe('–');
      else expect(IMPLIED).toContain(cell);
    }
  }
  expect(rows.map(([name]) => name?.replaceAll('`', ''))).toEqual([
    ...Object.keys(AKOOL_REQUEST.fields),
    'extra',
  ]);
});

test('the table of errors names the documented codes', () => {
  for (const [code = '', akool = '', a2e = '', heygen = ''] of rowsOf('Errors').slice(0, 3)) {
    const error = /`([a-z-]+)`/.exec(code)?.[1];
    for (const [cell, table] of [
      [akool, AKOOL_CODES],
      [a2e, A2E_CODES],
      [heygen, HEYGEN_CODES],
    ] as const) {
      const codes = Object.entries(table).flatMap(([number, row]) => (row.error === error ? [number] : []));
      expect([code, cell]).toEqual([code, codes.join(', ')]);
    }
  }
});

test('the table of services names what each object has', () => {
  const rows = rowsOf('What each service offers');
  for (const [index, name] of NAMES.entries()) {
    const [, entry, , providers, more] = rows[index] ?? [];
    const service = makeServer(name, {});
    expect(entry).toContain(`./${name}/server`);
    expect(providers).toBe(service.providers.join(', '));
    const common = ['name', 'providers', 'accepts', 'actions', 'open', 'close', 'settled'];
    for (const method of Object.keys(service).filter((key) => !common.includes(key))) {
      expect(more).toContain(`\`${method}\``);
    }
    for (const action of service.actions) expect(more).toContain(`\`${action}\``);
  }
});

test('the table of the browser halves says what each can', () => {
  const halves = [a2e(), heygen(), liveavatar()];
  const rows = rowsOf('In the page').slice(0, halves.length);
  for (const [index, { name, can, mode, takes }] of halves.entries()) {
    const [, entry, , listens, speak, ask, interrupt, settings, send] = rows[index] ?? [];
    expect(entry).toBe(`\`./${name}\``);
    expect([speak, ask, interrupt, settings].map((cell) => cell !== '–')).toEqual([
      can.speak,
      can.ask,
      can.interrupt,
      can.setParams || can.setAction,
    ]);
    expect(listens).toBe(takes?.map((source) => `the ${source}`).join(', ') ?? '–');
    expect(send).toContain(mode);
  }
});
