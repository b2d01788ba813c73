/** A real Chromium with the page in it, and what can happen to both. */

import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';
import { type Browser, chromium, type Page } from 'playwright';
import type { PageView } from './page';

export interface Visitor {
  readonly page: Page;
  connect(): Promise<void>;
  view(): Promise<PageView>;
  goElsewhere(): Promise<void>;
  /** Back to the page, as it was left. */
  goBack(): Promise<void>;
  /** Every process of this browser, or those of one kind. */
  kill(kind?: 'renderer'): Promise<void>;
  /** The same; they run nothing until `resume`. */
  stop(kind?: 'renderer'): Promise<void>;
  resume(): void;
  /** Any number of times. */
  close(): Promise<void>;
}

export async function openVisitor(executablePath: string, address: string): Promise<Visitor> {
  const browser = await chromium.launch({
    executablePath,
    args: [...chromiumFlags],
    // As visitors have it.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  try {
    return await visitorIn(browser, address);
  } catch (error) {
    await browser.close();
    throw error;
  }
}

async function visitorIn(browser: Browser, address: string): Promise<Visitor> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(address);
  const tools = await browser.newBrowserCDPSession();
  let stopped: readonly number[] = [];

  async function processes(kind: string | undefined): Promise<readonly number[]> {
    const { processInfo } = await tools.send('SystemInfo.getProcessInfo');
    return processInfo.filter(({ type }) => kind === undefined || type === kind).map(({ id }) => id);
  }

  function resume(): void {
    for (const id of stopped) process.kill(id, 'SIGCONT');
    stopped = [];
  }

  return {
    page,
    connect: () => page.evaluate(() => globalThis.pageUnderTest.connect()),
    view: () => page.evaluate(() => globalThis.pageUnderTest.view()),
    async goElsewhere() {
      await page.goto(new URL('/elsewhere', address).href);
    },
    async goBack() {
      // A page that is as it was left does not load, and nothing else is waited for.
      await page.goBack({ waitUntil: 'commit' });
    },
    async kill(kind) {
      for (const id of await processes(kind)) process.kill(id, 'SIGKILL');
    },
    async stop(kind) {
      stopped = await processes(kind);
      for (const id of stopped) process.kill(id, 'SIGSTOP');
    },
    resume,
    async close() {
      resume();
      await browser.close();
    },
  };
}
