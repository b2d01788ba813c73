import { expect, test } from 'vitest';
import { outcome, type Part } from '../test-run/outcome.ts';

const there: Part = { name: 'Chromium', variable: 'CHROMIUM_BIN', result: { path: '/bin/chromium' } };
const gone: Part = { name: 'livekit-server', variable: 'LIVEKIT_SERVER_BIN', result: { missing: 'no Go' } };

test('with everything there, the run is what the tests are, and nothing is added', () => {
  expect(outcome(0, [there], true)).toEqual({ exitCode: 0, lines: [] });
  expect(outcome(1, [there], false)).toEqual({ exitCode: 1, lines: [] });
});

test("on a developer's machine a missing part is reported as skipped, with the reason", () => {
  const { exitCode, lines } = outcome(0, [there, gone], false);

  expect(exitCode).toBe(0);
  expect(lines).toEqual([
    'SKIPPED, tests that need livekit-server: no Go (set LIVEKIT_SERVER_BIN to use your own)',
  ]);
});

test('in CI a missing part is a failure', () => {
  expect(outcome(0, [gone], true).exitCode).toBe(1);
});
