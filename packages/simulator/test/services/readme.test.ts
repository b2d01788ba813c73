import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { aBusyAvatarCostsNothing } from './readme-example';

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
