/** The script, built once for a test file, and a Chromium to load it in. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '@avatarwire/tooling/chromium';
import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';
import { type Browser, chromium } from 'playwright';
import { type BuiltScript, buildScript } from '../../script-build/build-script.ts';

export const chromiumPath = findChromium();

export interface Stand {
  readonly browser: Browser;
  readonly built: BuiltScript;
  /** Where it was built. */
  readonly folder: string;
  close(): Promise<void>;
}

export async function startStand(): Promise<Stand> {
  const folder = await mkdtemp(join(tmpdir(), 'streaming-avatar-'));
  const [built, browser] = await Promise.all([
    buildScript(join(folder, 'script')),
    chromium.launch({ ...(chromiumPath && { executablePath: chromiumPath }), args: [...chromiumFlags] }),
  ]);
  return {
    browser,
    built,
    folder: join(folder, 'script'),
    async close() {
      await browser.close();
      await rm(folder, { recursive: true });
    },
  };
}
