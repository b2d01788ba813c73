import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { connect, press, say } from './states/page-tools';
import { desk, phone } from './states/visit';

const folder = fileURLToPath(new URL('../../../docs/images/', import.meta.url));

type Shoot = (name: string) => Promise<void>;

/** What the README and the docs show. */
export async function takeReadmePictures(browser: Browser, url: string): Promise<void> {
  const at = (options: BrowserContextOptions, take: (page: Page, shoot: Shoot) => Promise<void>) =>
    withPage(browser, `${url}/?provider=agora`, options, take);

  await at({ viewport: desk, colorScheme: 'light' }, async (page, shoot) => {
    await shoot('demo-idle');
    await converse(page);
    await shoot('demo-live');
    await sendLongText(page);
    await shoot('demo');
    await page.keyboard.press('Escape');
    await page.getByRole('radio', { name: 'Timeline' }).check({ force: true });
    await page.waitForTimeout(1_000);
    await shoot('demo-timeline');
  });
  await at({ viewport: desk, colorScheme: 'dark' }, async (page, shoot) => {
    await converse(page);
    await sendLongText(page);
    await shoot('demo-dark');
  });
  const handheld = { viewport: phone, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
  await at({ ...handheld, colorScheme: 'light' }, async (page, shoot) => {
    await converse(page);
    await shoot('demo-phone');
  });
}

async function withPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
  take: (page: Page, shoot: Shoot) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    await page.goto(url);
    await page.getByRole('button', { name: 'Connect', exact: true }).waitFor();
    await page.evaluate(() => document.fonts.ready);
    // The stage comes in gently.
    await page.waitForTimeout(400);
    await take(page, async (name) => {
      await page.mouse.move(0, 0);
      await page.screenshot({ path: join(folder, `${name}.png`) });
    });
  } finally {
    await context.close();
  }
}

/** A question and the beginning of its answer's being spoken. The pauses let picture and voice settle. */
async function converse(page: Page): Promise<void> {
  await connect(page);
  // The first seconds of a video are blurred until the bandwidth is known.
  await page.waitForTimeout(5_000);
  await say(page, 'What can you do?');
  await page.locator('[data-author=avatar][data-complete=true]').waitFor();
}

async function sendLongText(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Long text/ }).click();
  await press(page, 'Wire');
  await page.waitForTimeout(4_500);
}
