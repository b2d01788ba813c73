import { findChromium } from '@avatarwire/tooling/chromium';
import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';
import { type Browser, chromium } from 'playwright';

/** Grants whatever a page asks for, also what was refused to it: here permissions are to count. */
const GRANTS_ALL = '--use-fake-ui-for-media-stream';

/** A Chromium with fake devices that a page is allowed to use as its context says. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  return chromium.launch({
    ...(executablePath && { executablePath }),
    args: chromiumFlags.filter((flag) => flag !== GRANTS_ALL),
  });
}
