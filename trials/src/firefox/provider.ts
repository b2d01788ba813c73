/** Vitest's page in a real Firefox, driven over WebDriver BiDi: no patched browser, and no driver beside it. */

import { defineBrowserProvider } from '@vitest/browser';
import puppeteer, { type Browser } from 'puppeteer-core';
import type { BrowserProvider } from 'vitest/node';

/** What Chromium gets by its flags: fake devices granted without asking, peers over loopback with plain addresses. */
const extraPrefsFirefox = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.autoplay.default': 0,
  'media.autoplay.block-webaudio': false,
  'media.autoplay.blocking_policy': 0,
  'media.autoplay.enabled.user-gestures-needed': false,
  // A machine without a sound card: else no AudioContext runs.
  'media.cubeb.force_mock_context': true,
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
};

export function firefox(executablePath: string) {
  return defineBrowserProvider({
    name: 'firefox',
    options: {},
    providerFactory: () => createProvider(executablePath),
  });
}

function createProvider(executablePath: string): BrowserProvider {
  let launched: Promise<Browser> | undefined;
  const launch = () =>
    (launched ??= puppeteer.launch({
      browser: 'firefox',
      executablePath,
      headless: true,
      extraPrefsFirefox,
    }));

  return {
    name: 'firefox',
    supportsParallelism: false,
    getCommandsContext: () => ({}),
    async openPage(_sessionId, url) {
      const page = await (await launch()).newPage();
      await page.goto(url, { timeout: 0 });
    },
    async close() {
      await (await launched)?.close();
    },
  };
}
