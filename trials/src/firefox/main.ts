/** `pnpm firefox [file [name of a test]]`: browser tests, written where they run in Chromium, in a real Firefox. */

import { fileURLToPath } from 'node:url';
import { findOnPath, isProgram } from '@avatarwire/tooling/find-program';
import { findLivekitServer } from '@avatarwire/tooling/livekit-server';
import { browserCommands, filesOf } from '@avatarwire/tooling/package-hooks';
import { defaultClientConditions, defaultServerConditions } from 'vite';
import type { ViteUserConfig } from 'vitest/config';
import { startVitest } from 'vitest/node';
import { firefox } from './provider';

const SOURCE = '@avatarwire/source';
/** What needs nothing that only Chromium's driver can do. */
const SUITES = 'packages/{webrtc,livekit}/test/conformance.browser.test.ts';

process.chdir(fileURLToPath(new URL('../../..', import.meta.url)));
const named = process.env['FIREFOX_BIN'];
const executablePath = named ? [named].find(isProgram) : findOnPath('firefox', 'firefox-esr');
if (executablePath === undefined || findLivekitServer() === undefined) {
  const missing = [
    executablePath ?? 'a Firefox (Debian: firefox-esr; or name it in FIREFOX_BIN)',
    findLivekitServer() ?? 'a livekit-server (`pnpm setup:tests` gets one)',
  ].filter((part) => part.startsWith('a '));
  console.error(`missing: ${missing.join(', ')}`);
  process.exit(2);
}

const [file = SUITES, testNamePattern] = process.argv.slice(2);
const config: ViteUserConfig = {
  resolve: { conditions: [SOURCE, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [SOURCE, ...defaultServerConditions] } },
  optimizeDeps: { entries: [file, 'packages/*/src/**/*.{ts,tsx}'] },
  test: {
    watch: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: filesOf('{packages,apps}/*/test/global-setup.ts'),
    include: [file],
    fileParallelism: false,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      api: { host: '127.0.0.1' },
      // What the suite writes of itself is about Chromium; what Firefox passes stands in the output.
      commands: { ...(await browserCommands()), writeFile: () => undefined },
      provider: firefox(executablePath),
      instances: [{ browser: 'firefox' as never }],
    },
  },
};
const vitest = await startVitest(
  'test',
  [],
  { config: false, watch: false, ...(testNamePattern && { testNamePattern }) },
  config,
);
await vitest.close();
