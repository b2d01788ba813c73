import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findChromium } from './find-chromium.ts';
import { installDebianPackage } from './install-debian-package.ts';
import type { SetupResult } from './result.ts';
import { runProgram } from './run-program.ts';

/** Finds a Chromium, or installs one: Debian's package where we may, else Playwright's build for this user. */
export async function prepareChromium(say: (line: string) => void): Promise<SetupResult> {
  const found = findChromium();
  if (found !== undefined) return { path: found };
  const named = process.env['CHROMIUM_BIN'];
  if (named) return { missing: 'CHROMIUM_BIN names no program that can be run' };

  const tried: string[] = [];
  for (const [name, install] of [
    ["Debian's package", installFromDebian],
    ["Playwright's download", installFromPlaywright],
  ] as const) {
    const begun = install();
    if (begun === undefined) continue;
    say(`no Chromium here: installing ${name}`);
    tried.push(name);
    const path = (await begun) ? findChromium() : undefined;
    if (path !== undefined) return { path };
  }
  return { missing: `no Chromium found, and this did not bring one: ${tried.join(', ')}` };
}

function installFromDebian(): Promise<boolean> | undefined {
  return isDebian() ? installDebianPackage('chromium') : undefined;
}

/** Ubuntu calls itself `ID_LIKE=debian`, but its `chromium` package only points at a snap. */
function isDebian(): boolean {
  return existsSync('/etc/os-release') && /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'));
}

function installFromPlaywright(): Promise<boolean> {
  const folder = dirname(createRequire(import.meta.url).resolve('playwright/package.json'));
  return runProgram(process.execPath, [join(folder, 'cli.js'), 'install', 'chromium']);
}
