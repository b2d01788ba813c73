import { findChromium } from '@avatarwire/tooling/chromium';
import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright';
import { expect } from 'vitest';
import { rememberMedia } from './open-media';

export const chromiumPath = findChromium();

export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(chromiumPath && { executablePath: chromiumPath }),
    args: [...chromiumFlags],
  });
}

export interface OpenedPage {
  readonly page: Page;
  /** Errors the page threw or logged. */
  readonly errors: readonly string[];
  /** Scripts it downloaded, by file name. */
  readonly scripts: readonly string[];
}

/** A page of its own, with what it did to be looked at afterwards. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const errors: string[] = [];
  const scripts: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (entry) => {
    if (entry.type() === 'error') errors.push(entry.text());
  });
  page.on('request', (request) => {
    if (request.resourceType() === 'script') scripts.push(new URL(request.url()).pathname);
  });
  await page.addInitScript(rememberMedia);
  await page.goto(url);
  await page.getByRole('heading', { name: 'avatarwire' }).waitFor();
  return { page, errors, scripts };
}

export async function connect(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Connect' }).click();
  await expectState(page, 'Live');
}

export async function expectState(page: Page, state: string): Promise<void> {
  await page.getByTestId('state').getByText(state, { exact: true }).waitFor({ timeout: 30_000 });
}

export const messageField = (page: Page) => page.getByRole('textbox', { name: 'Message' });
export const answers = (page: Page) => page.locator('[data-author=avatar]');
export const bill = (page: Page) => page.getByTestId('bill');
export const packets = (page: Page) => page.getByRole('listbox', { name: 'Packets' }).getByRole('option');

/** The service that is chosen: one of a few side by side, or of a list. */
export function serviceOf(page: Page): Promise<string | undefined> {
  return page.evaluate(() => {
    const chosen = document.querySelector<HTMLInputElement | HTMLSelectElement>(
      'select[aria-label=Service], fieldset:first-of-type input:checked',
    );
    return chosen?.value;
  });
}

export async function say(page: Page, text: string): Promise<void> {
  await messageField(page).fill(text);
  await messageField(page).press('Enter');
}

/** Notes, from now on, how long the avatar's answer is each time it is drawn incomplete. */
export async function watchAnswer(page: Page): Promise<() => Promise<number[]>> {
  const sizes = await page.evaluateHandle(() => {
    const seen = new Set<number>();
    new MutationObserver(() => {
      const answer = document.querySelector('[data-author=avatar][data-complete=false]');
      if (answer !== null) seen.add((answer.textContent ?? '').length);
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    return seen;
  });
  return () => sizes.evaluate((seen) => [...seen]);
}

/** For what a browser takes its time for. */
export const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 });

/** Unfolds the wire inspector. */
export async function inspect(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Wire', exact: true }).click();
}
