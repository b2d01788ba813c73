import { chromium } from 'playwright';
import { findOnPath, isProgram } from './find-program.ts';

const wellKnown = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** A Chromium that is already there: named by CHROMIUM_BIN, on the PATH, in a usual place, or Playwright's own. */
export function findChromium(): string | undefined {
  const named = process.env['CHROMIUM_BIN'];
  if (named !== undefined && named !== '') return isProgram(named) ? named : undefined;
  return (
    findOnPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable') ??
    wellKnown.find(isProgram) ??
    [chromium.executablePath()].find(isProgram)
  );
}
