import { findChromium } from '@avatarwire/tooling/chromium';
import { describe, expect, inject, test } from 'vitest';
import { runLive } from './run-live';

const TIMEOUT_MS = 300_000;
const JWT = /eyJ[\w-]+\./;
const server = inject('livekitServer');

describe.skipIf(findChromium() === undefined || server === null)(
  'test:live livekit, in two pages of a real Chromium, over a real livekit-server',
  () => {
    const { url = '', apiKey = '', apiSecret = '' } = server ?? {};
    const variables = { LIVEKIT_URL: url, LIVEKIT_API_KEY: apiKey, LIVEKIT_API_SECRET: apiSecret };

    test('passes, and prints no secret', { timeout: TIMEOUT_MS }, async ({ onTestFinished }) => {
      const { exitCode, out, err } = await runLive({ onTestFinished }, [], variables);
      expect(out).toContain('# livekit: ');
      expect(out.split('\n').filter((line) => line.includes('FAIL'))).toEqual([]);
      expect(out).toMatch(/^\d\d cases passed, 0 failed/m);
      expect(out).not.toContain('Not answered');
      expect(out + err).not.toContain(apiSecret);
      expect(out + err).not.toMatch(JWT);
      expect(err).toBe('');
      expect(exitCode).toBe(0);
    });

    test('with a wrong secret fails at once, and prints neither it nor a token', {
      timeout: TIMEOUT_MS,
    }, async ({ onTestFinished }) => {
      const wrong = `${apiSecret.slice(0, -8)}00000000`;
      const { exitCode, out, err } = await runLive({ onTestFinished }, ['livekit'], {
        ...variables,
        LIVEKIT_API_SECRET: wrong,
      });
      expect(exitCode).toBe(1);
      expect(out).toMatch(
        /FAIL \| the avatar joins .*credentials-refused|FAIL \| the avatar joins .*refused/,
      );
      expect(out).toContain('0 cases passed');
      expect(out + err).not.toContain(wrong);
      expect(out + err).not.toMatch(JWT);
    });
  },
);
