import { readFile } from 'node:fs/promises';
import { ratePolicies } from '@avatarwire/core';
import { expect, test } from 'vitest';
import { DEFAULTS } from '../src/webrtc-options';

const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');

test('the example in the README is the one that the compiler checks', async () => {
  const readme = await read('../README.md');
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1];
  expect(example).toBe(await read('./readme-example.ts'));
});

test('the defaults in the README are those of the code', async () => {
  const readme = await read('../README.md');
  for (const [name, value] of Object.entries(DEFAULTS)) {
    if (typeof value === 'number')
      expect(readme).toContain(`| \`${name}\` | ms | ${value.toLocaleString('en')} |`);
  }
  expect(readme).toContain(`${ratePolicies.webrtc.maxPacketBytes.toLocaleString('en')} bytes`);
});
