import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { generateTypes, typesFile } from '../openapi/generate.ts';

test("core's types of the broker's wire are those of packages/broker/openapi.json", async () => {
  const committed = await readFile(typesFile, 'utf8');
  expect(committed, 'run: tsx tooling/openapi/main.ts').toBe(await generateTypes());
});
