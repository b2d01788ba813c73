// `pnpm images`: the pictures in docs/images, taken of the demo as it runs, in a real Chromium.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from '@avatarwire/tooling/chromium';
import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright';
import { startDemoServer } from '../server/demo-server';
import { createLivekitHost } from '../server/livekit-host';

const chosen = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
/** With `--all FOLDER`: every state at every size in both themes, to be looked at. */
const all = process.argv[2] === '--all' ? process.argv[3] : undefined;

const desk: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };
const tablet: BrowserContextOptions = { viewport: { width: 1024, height: 768 } };
const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
};

type Shoot = (name: string) => Promise<void>;

const executablePath = findChromium();
const demo = await startDemoServer({
  port: 0,
  // One picture is of a failure; what needs a livekit-server is to be chosen all the same.
  host: { ...createLivekitHost({ find: () => undefined }), possible: () => true },
});
const browser = await chromium.launch({
  ...(executablePath && { executablePath }),
  args: [...chromiumFlags],
});
try {
  if (all === undefined) await takeChosen(browser);
  else await takeAll(browser, all);
} finally {
  await browser.close();
  await demo.close();
}

async function takeChosen(browser: Browser): Promise<void> {
  await withPage(browser, { ...desk, colorScheme: 'light' }, chosen, async (page, shoot) => {
    await shoot('demo-idle');
    await converse(page);
    await shoot('demo-live');
    await sendLongText(page);
    await shoot('demo');
  });
  await withPage(browser, { ...desk, colorScheme: 'dark' }, chosen, async (page, shoot) => {
    await converse(page);
    await sendLongText(page);
    await shoot('demo-dark');
  });
  await withPage(
    browser,
    { ...phone, colorScheme: 'light', deviceScaleFactor: 2 },
    chosen,
    async (page, shoot) => {
      await converse(page);
      await shoot('demo-phone');
    },
  );
}

async function takeAll(browser: Browser, folder: string): Promise<void> {
  for (const [size, options] of Object.entries({ desk, tablet, phone })) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await withPage(browser, { ...options, colorScheme }, folder, async (page, shoot) => {
        const name = (state: string) => `${size}-${colorScheme}-${state}`;
        await shoot(name('1-idle'));
        for (const [service, provider] of [
          ['akool-mock', 'webrtc'],
          ['akool-mock', 'livekit'],
          ['a2e-mock', 'agora'],
          ['heygen-mock', 'webrtc'],
          ['none', 'webrtc'],
          ['none', 'trtc'],
        ]) {
          await page.goto(`${demo.url}/?service=${service}&provider=${provider}`);
          await page.waitForTimeout(400);
          await shoot(name(`1-idle-${service}-${provider}`));
        }
        for (const service of ['a2e-mock', 'heygen-mock']) {
          await page.goto(`${demo.url}/?service=${service}`);
          await converse(page, service !== 'heygen-mock');
          await shoot(name(`2-live-${service}`));
        }
        await page.goto(`${demo.url}/?provider=agora`);
        await converse(page);
        await shoot(name('2-live'));
        await page.getByText('Mock and emulation', { exact: true }).click();
        await page.waitForTimeout(200);
        await shoot(name('2-live-explained'));
        await page.getByText('Mock and emulation', { exact: true }).click();
        await page
          .getByRole('button', { name: 'Direct', exact: true })
          .click({ timeout: 500 })
          .catch(() => undefined);
        await page.getByRole('button', { name: 'Cheer' }).click();
        await page.waitForTimeout(700);
        await shoot(name('3-gesture'));
        await page
          .getByRole('button', { name: 'Talk', exact: true })
          .click({ timeout: 500 })
          .catch(() => undefined);
        await sendLongText(page);
        await shoot(name('4-inspector'));
        await page.keyboard.press('Escape');
        await page.getByRole('listbox', { name: 'Packets' }).getByRole('option').last().click();
        await page.waitForTimeout(400);
        await shoot(name('5-interrupted'));
        await page.getByRole('button', { name: 'End' }).click();
        await page.waitForTimeout(500);
        await shoot(name('6-ended'));
        await page.goto(`${demo.url}/?provider=livekit`);
        await page.getByRole('button', { name: 'Connect' }).click();
        await page.getByRole('button', { name: 'Use the simulator' }).waitFor();
        await page.waitForTimeout(400);
        await shoot(name('7-failed'));
      });
    }
  }
}

async function withPage(
  browser: Browser,
  options: BrowserContextOptions,
  folder: string,
  take: (page: Page, shoot: Shoot) => Promise<void>,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(`${demo.url}/?provider=agora`);
  await page.getByRole('button', { name: 'Connect' }).waitFor();
  await page.evaluate(() => document.fonts.ready);
  // The stage comes in gently.
  await page.waitForTimeout(400);
  await take(page, async (name) => {
    await page.screenshot({ path: join(folder, `${name}.png`) });
  });
  await context.close();
}

/** A question and the beginning of its answer's being spoken. The pauses let picture and voice settle. */
async function converse(page: Page, answers = true): Promise<void> {
  await page.getByRole('button', { name: 'Connect' }).click();
  await page.getByTestId('state').getByText('Live').waitFor();
  // The first seconds of a video are blurred until the bandwidth is known.
  await page.waitForTimeout(5_000);
  const field = page.getByRole('textbox', { name: 'Message' });
  await field.fill('What can you do?');
  await field.press('Enter');
  await (answers
    ? page.locator('[data-author=avatar][data-complete=true]')
    : page.getByText('Avatar is speaking')
  ).waitFor();
}

async function sendLongText(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Long text/ }).click();
  await page.getByRole('button', { name: 'Wire', exact: true }).click();
  await page.waitForTimeout(4_500);
}
