import { readFile } from 'node:fs/promises';
import { ratePolicies } from '@avatarwire/core';
import { expect, test } from 'vitest';
import { DEFAULTS } from '../src/webrtc-options';

const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');

test('the defaults in the README are those of the code', async () => {
  const readme = await read('../README.md');
  for (const [name, value] of Object.entries(DEFAULTS)) {
    if (typeof value === 'number')
      expect(readme).toContain(`| \`${name}\` | ms | ${value.toLocaleString('en')} |`);
  }
  expect(readme).toContain(`${ratePolicies.webrtc.maxPacketBytes.toLocaleString('en')} bytes`);
});
