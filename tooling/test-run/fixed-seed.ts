/**
 * Property tests draw the same cases in every run, so that a change is judged by what it changed. Another seed:
 * `FUZZ_SEED=… npx pnpm@10 test …`. Loaded before each test file; only those that use fast-check pay for it.
 */

import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

const { testPath } = expect.getState();
if (testPath !== undefined && readFileSync(testPath, 'utf8').includes("from 'fast-check'")) {
  const { default: fc } = await import('fast-check');
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env['FUZZ_SEED'] ?? 20_261_120) });
}
