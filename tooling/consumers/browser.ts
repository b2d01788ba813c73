import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import { chromiumFlags } from '../setup/chromium-flags.ts';
import { findChromium } from '../setup/find-chromium.ts';
import { outcomeFaults } from './outcome.ts';

const leftovers = join(import.meta.dirname, 'projects/leftovers.js');

export interface VisitOptions {
  /** What starts the conversation, where the page does not do so itself. */
  readonly start?: (page: Page) => Promise<void>;
  /** The page may load no more script than this: adapters that nobody chose stay where they are. */
  readonly mostScriptBytes: number;
  /** @default 30000 */
  readonly withinMs?: number;
  /** How long what ends by itself may take to end, after the conversation. @default 5000 */
  readonly settleMs?: number;
}

export function launch(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('no Chromium here: run `pnpm setup:tests`');
  return chromium.launch({ executablePath, args: [...chromiumFlags] });
}

/** Opens a page in which a conversation runs, and judges what it told, what it complained of and what it left open. */
export async function visit(browser: Browser, url: string, options: VisitOptions): Promise<string[]> {
  const { start, mostScriptBytes, withinMs = 30_000, settleMs = 5_000 } = options;
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(withinMs);
    const complaints: string[] = [];
    const scripts: Promise<number>[] = [];
    page.on('pageerror', ({ message }) => complaints.push(`the page failed: ${message}`));
    page.on('console', (line) => line.type() === 'error' && complaints.push(`the page said: ${line.text()}`));
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script')
        scripts.push(
          response.body().then(
            (body) => body.length,
            () => 0,
          ),
        );
    });
    await page.addInitScript({ path: leftovers });
    await page.goto(url);
    await start?.(page);
    const told = await page
      .locator('#outcome', { hasText: '}' })
      .textContent()
      .then((text) => outcomeFaults(JSON.parse(text ?? 'null')))
      .catch(() => [`no outcome within ${withinMs} ms`]);
    const loaded = (await Promise.all(scripts)).reduce((sum, bytes) => sum + bytes, 0);
    return [
      ...told,
      ...complaints,
      ...(await leftIn(page, settleMs)),
      ...(loaded > mostScriptBytes
        ? [`it loaded ${loaded} bytes of script, more than ${mostScriptBytes}`]
        : []),
    ];
  } finally {
    await context.close();
  }
}

/** What is still open once everything had the time to end. */
async function leftIn(page: Page, timeout: number): Promise<string[]> {
  const nothing = await page.waitForFunction('leftovers().length === 0', undefined, { timeout }).then(
    () => true,
    () => false,
  );
  if (nothing) return [];
  const left: unknown = await page.evaluate('leftovers()');
  return [`left open: ${String(left)}`];
}
