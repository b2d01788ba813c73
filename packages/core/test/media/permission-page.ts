/**
 * A page in a Chromium that asks for its made-up devices: the one that runs the tests is told to grant every question
 * by itself, whatever the permission says.
 */

import { findChromium } from '@avatarwire/tooling/chromium';
import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';

export interface PermissionPageCommands {
  permissionPageOpen(url: string): Promise<void>;
  permissionPageSet(name: string, setting: 'granted' | 'denied' | 'prompt'): Promise<void>;
  /** Runs the body of an async function in the page, and gives what it returns. */
  permissionPageRun(body: string): Promise<unknown>;
  permissionPageClose(): Promise<void>;
}

/** As much of Playwright as is used here. */
interface Page {
  goto(url: string): Promise<unknown>;
  evaluate(script: string): Promise<unknown>;
  context(): {
    newCDPSession(page: Page): Promise<{ send(name: string, parameters: object): Promise<unknown> }>;
  };
}

interface Browser {
  newPage(): Promise<Page>;
  close(): Promise<void>;
  browserType(): { launch(options: object): Promise<Browser> };
}

interface Context {
  readonly context: { browser(): Browser | null };
}

let opened: { readonly browser: Browser; readonly page: Page } | undefined;

function page(): Page {
  if (opened) return opened.page;
  throw new Error('call permissionPageOpen() first');
}

export const permissionPage = {
  async permissionPageOpen({ context }: Context, url: string) {
    const executablePath = findChromium();
    const args = chromiumFlags.filter((flag) => !flag.includes('fake-ui'));
    const browser = await context.browser()?.browserType().launch({ executablePath, args });
    if (!browser) throw new Error('the tests run in no browser');
    const made = await browser.newPage();
    opened = { browser, page: made };
    await made.goto(url);
  },
  async permissionPageSet(_context: Context, name: string, setting: string) {
    const devTools = await page().context().newCDPSession(page());
    const { targetInfo } = (await devTools.send('Target.getTargetInfo', {})) as {
      readonly targetInfo: { readonly browserContextId: string };
    };
    const { browserContextId } = targetInfo;
    await devTools.send('Browser.setPermission', { permission: { name }, setting, browserContextId });
  },
  permissionPageRun: (_context: Context, body: string) => page().evaluate(`(async () => { ${body} })()`),
  async permissionPageClose() {
    await opened?.browser.close();
    opened = undefined;
  },
};
