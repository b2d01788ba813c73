/** A real Chromium inside a namespace. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from '@avatarwire/tooling/chromium';
import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';
import { build } from 'esbuild';
import { chromium, type Page } from 'playwright';
import type { CleanUp } from './clean-up';
import { findOnPath } from './find-on-path';
import type { Side, TwoSides } from './two-sides';

export interface PlacedChromium {
  readonly version: string;
  /** A fresh page with a script of this trial in it. */
  open(script: 'visitor' | 'avatar'): Promise<Page>;
}

/** @param server address and port, reached by HTTPS, whose sign of life serves as the page */
export async function startChromium(
  side: Side,
  { far, folder }: TwoSides,
  server: string,
  cleanUp: CleanUp,
): Promise<PlacedChromium> {
  const wrapper = join(folder, `chromium-${side.name}`);
  const words = [findOnPath('ip'), 'netns', 'exec', side.name, findChromium()];
  writeFileSync(wrapper, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`, { mode: 0o755 });
  const flags = chromiumFlags.map((flag) =>
    flag.startsWith('--host-resolver-rules=') ? `${flag}, EXCLUDE ${far.address}` : flag,
  );
  const browser = await chromium.launch({
    executablePath: wrapper,
    // The certificate is this run's own. A voice needs no click.
    args: [...flags, '--ignore-certificate-errors', '--autoplay-policy=no-user-gesture-required'],
    // What ends then is ours to say.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  cleanUp.defer(`Chromium in ${side.name}`, () => browser.close());
  return {
    version: browser.version(),
    async open(script) {
      const page = await browser.newPage({ ignoreHTTPSErrors: true });
      await page.goto(`https://${server}/`);
      await page.addScriptTag({ content: await bundled(`./page/${script}-page.ts`) });
      return page;
    },
  };
}

async function bundled(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(file, import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    conditions: ['@avatarwire/source'],
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
