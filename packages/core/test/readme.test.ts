import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DEFAULT_MAX_MESSAGES, DEFAULT_TIMEOUTS } from '../src/session/session-defaults';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the README gives every time-out with the default of the code', () => {
  for (const [name, value] of Object.entries(DEFAULT_TIMEOUTS))
    expect(readme).toContain(`| \`${name}\` | ${value} |`);
  expect(readme).toContain(`| \`maxMessages\` | ${DEFAULT_MAX_MESSAGES.toLocaleString('en')} |`);
});
