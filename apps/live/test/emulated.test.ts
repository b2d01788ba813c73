import { findChromium } from '@avatarwire/tooling/chromium';
import { describe, test } from 'vitest';
import { runLive } from './run-live';

const TIMEOUT_MS = 300_000;

describe.skipIf(findChromium() === undefined)('test:live --emulated, in a real Chromium', () => {
  // Each mostly waits.
  test.concurrent.for(['agora', 'trtc'])(
    "%s passes over our double in the SDK's place",
    { timeout: TIMEOUT_MS },
    async (name, { expect, onTestFinished }) => {
      const { exitCode, out, err } = await runLive({ onTestFinished }, [name, '--emulated']);
      expect(out).toContain(`# ${name}: our double`);
      expect(out.split('\n').filter((line) => line.includes('FAIL'))).toEqual([]);
      expect(out).toMatch(/^\d\d cases passed, 0 failed/m);
      expect(out).toMatch(/64 KB of mixed text arrive whole, byte for byte \| \d+ parts/);
      expect(out).toContain('Does a sender hear its own message? | No');
      expect(out).not.toContain('Not answered');
      expect(err).toBe('');
      expect(exitCode).toBe(0);
    },
  );
});
