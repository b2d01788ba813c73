import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test("the example's own tests pass in Node's test runner", async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--conditions=@avatarwire/source',
      '--import',
      'tsx',
      '--test',
      '--test-reporter=tap',
      'src/guide.test.ts',
    ],
    { cwd: fileURLToPath(new URL('..', import.meta.url)) },
  );
  expect(stdout).toMatch(/^# pass 3$/m);
  expect(stdout).toMatch(/^# fail 0$/m);
});
