// The page as it is built, in a real Chromium with a fake microphone: a simulated avatar over a real WebRTC loop-back.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from '@avatarwire/tooling/chromium';
import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';
import { type Browser, chromium } from 'playwright';
import { build, type PreviewServer, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const executablePath = findChromium();
const patience = { timeout: 15_000 };
const root = fileURLToPath(new URL('..', import.meta.url));

describe.skipIf(executablePath === undefined)('the plain page in a real Chromium', () => {
  let outDir: string;
  let server: PreviewServer;
  let browser: Browser;
  beforeAll(async () => {
    outDir = await mkdtemp(join(tmpdir(), 'plain-typescript-'));
    const configFile = join(root, 'vite.config.ts');
    await build({ root, configFile, build: { outDir }, logLevel: 'error' });
    [server, browser] = await Promise.all([
      preview({ root, configFile, build: { outDir }, preview: { host: '127.0.0.1', port: 0 } }),
      chromium.launch({ ...(executablePath !== undefined && { executablePath }), args: [...chromiumFlags] }),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await rm(outDir, { recursive: true });
  });

  test('connects, is answered, switches the microphone on and off, interrupts and ends', async () => {
    const page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(patience.timeout);
    const faults: string[] = [];
    page.on('pageerror', ({ message }) => faults.push(message));
    await page.goto(server.resolvedUrls?.local[0] ?? '');
    const button = (name: string) => page.getByRole('button', { name, exact: true });

    await button('Connect').click();
    await page.getByRole('status').filter({ hasText: 'live' }).waitFor();
    await page.waitForFunction("document.querySelector('video').videoWidth > 0");
    await page.getByRole('textbox', { name: 'Message' }).fill('What can you do?');
    await button('Ask').click();
    await expect.poll(() => page.locator('#answer').textContent(), patience).toMatch(/interrupt me/);

    await button('Microphone').click();
    await page.locator('#microphone[aria-pressed=true]').waitFor();
    await button('Microphone').click();
    await page.locator('#microphone[aria-pressed=false]').waitFor();
    await button('Interrupt').click();
    await page.getByRole('textbox', { name: 'Message' }).fill('And what is your name?');
    await button('Ask').click();
    await expect.poll(() => page.locator('#answer').textContent(), patience).toMatch(/simulated avatar/);
    await button('End').click();
    await page.getByRole('status').filter({ hasText: 'closed' }).waitFor();
    expect(await page.getByRole('alert').textContent()).toBe('');
    expect(faults).toEqual([]);
  });
});
