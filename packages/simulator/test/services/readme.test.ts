import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { HELP } from '../../src/services/cli-arguments';
import { aBusyAvatarCostsNothing } from './readme-example';
import { start } from './stage';

test('the example of the README on mock services runs', aBusyAvatarCostsNothing);

test('the README shows the example that runs', async () => {
  const [readme, example] = await Promise.all(
    ['../../README.md', './readme-example.ts'].map((file) =>
      readFile(new URL(file, import.meta.url), 'utf8'),
    ),
  );
  const shown = example?.split('// begin\n')[1]?.split('// end\n')[0];
  expect(shown).toContain('startMockServices(');
  expect(readme).toContain(`import assert from 'node:assert/strict';\n${shown}`);
});

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');

test('the table of settings has every one, with its default', async () => {
  const { mock } = await start();
  const rows = [...readme.matchAll(/^\| `(\w+)\.(\w+)` \| (\S+) \|/gm)].map(([, service, name, value]) => [
    `${service}.${name}`,
    value?.replaceAll(/[`',]/g, ''),
  ]);
  const services = ['akool', 'a2e', 'heygen', 'liveavatar', 'model'] as const;
  const real = services.flatMap((service) =>
    Object.entries(mock[service].settings)
      .filter(([name]) => !['models', 'reply'].includes(name))
      .map(([name, value]) => [`${service}.${name}`, String(value)]),
  );
  expect(rows.sort()).toEqual(real.sort());
});

test('the command’s help and the README name the same options, and the defaults of the accounts', async () => {
  const { mock } = await start();
  const options = [...HELP.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, option]) => option);
  const part = readme.split('## Mock services over HTTP')[1]?.split('| `startMockServices')[0] ?? '';
  expect([...new Set(part.match(/--[a-z-]+/g))].sort()).toEqual(options.sort());
  const { akool, a2e, heygen, liveavatar } = mock;
  expect(HELP).toContain(
    `AKOOL ${akool.settings.maxOpenSessions}, A2E ${a2e.settings.hosts}, ` +
      `HeyGen ${heygen.settings.maxOpenSessions}, LiveAvatar ${liveavatar.settings.maxOpenSessions}`,
  );
});
