import { playwright } from '@vitest/browser-playwright';
import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { chromiumFlags } from './tooling/setup/chromium-flags.ts';
import { findChromium } from './tooling/setup/find-chromium.ts';
import { browserCommands, filesOf } from './tooling/test-run/package-hooks.ts';

const source = '@avatarwire/source';

// Both are needed: `resolve.conditions` alone does not reach tests that run in Node.
const fromSource = {
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
} satisfies TestProjectInlineConfiguration;

// For the slowest of machines: what hangs is found by the deadlines in the code under test.
const patience = { testTimeout: 30_000, hookTimeout: 60_000 };

const folders = '{packages/*,apps/*,examples/*,benchmarks,tooling,trials}/test';
const browserTests = `${folders}/**/*.browser.test.{ts,tsx}`;
const chromium = findChromium();

export default defineConfig({
  ...fromSource,
  test: {
    // Once for a whole run, whichever projects take part; what they provide reaches both.
    globalSetup: filesOf('{packages,apps}/*/test/global-setup.ts'),
    projects: [
      {
        ...fromSource,
        test: {
          ...patience,
          name: 'node',
          setupFiles: ['tooling/test-run/fixed-seed.ts'],
          include: [`${folders}/**/*.test.{ts,tsx}`],
          exclude: [browserTests, '**/node_modules/**', '**/dist/**'],
        },
      },
      // Without a Chromium these tests are skipped; `pnpm test` says so, and fails in CI.
      ...(chromium === undefined ? [] : [await inChromium(chromium)]),
    ],
  },
});

async function inChromium(executablePath: string): Promise<TestProjectInlineConfiguration> {
  return {
    ...fromSource,
    // Known before the first test: a dependency met later makes Vite reload the page under test.
    optimizeDeps: { entries: [browserTests, 'packages/*/src/**/*.{ts,tsx}'] },
    test: {
      ...patience,
      name: 'chromium',
      include: [browserTests],
      // One page at a time: some tests narrow the network of the whole browser.
      fileParallelism: false,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        api: { host: '127.0.0.1' },
        commands: await browserCommands(),
        provider: playwright({ launchOptions: { executablePath, args: [...chromiumFlags] } }),
        instances: [{ browser: 'chromium' }],
      },
    },
  };
}
