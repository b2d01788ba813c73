// The page as it is built, under StrictMode, in a real Chromium with a fake microphone: a simulated avatar over a real
// WebRTC loop-back.
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

describe.skipIf(executablePath === undefined)('the React example in a real Chromium', () => {
  let outDir: string;
  let server: PreviewServer;
  let browser: Browser;
  beforeAll(async () => {
    outDir = await mkdtemp(join(tmpdir(), 'react-example-'));
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

  test('connects, is answered, shows how loud the microphone is, switches it, mutes it, and ends', async () => {
    const page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(patience.timeout);
    const faults: string[] = [];
    page.on('pageerror', ({ message }) => faults.push(message));
    page.on('console', (line) => line.type() === 'error' && faults.push(line.text()));
    await page.goto(server.resolvedUrls?.local[0] ?? '');
    const button = (name: string) => page.getByRole('button', { name, exact: true });

    await button('Connect').click();
    await page
      .getByRole('status')
      .filter({ hasText: /live .*left/ })
      .waitFor();
    await page.getByRole('textbox', { name: 'Message' }).fill('What can you do?');
    await button('Ask').click();
    const answer = page.locator('[data-author=avatar]').first();
    await expect.poll(() => answer.textContent(), patience).toMatch(/interrupt me/);

    await button('Switch on').click();
    await page.waitForFunction("document.querySelector('meter')?.value > 0");
    const device = page.getByRole('combobox', { name: 'Which microphone' });
    const other = await device.locator('option').last().getAttribute('value');
    await device.selectOption(other);
    await expect.poll(() => device.inputValue(), patience).toBe(other);
    await button('Mute').click();
    await page.locator('button[aria-pressed=true]', { hasText: 'Mute' }).waitFor();
    await button('Switch off').click();
    await button('Switch on').waitFor();

    await button('End').click();
    await page.getByRole('status').filter({ hasText: 'closed' }).waitFor();
    expect(faults).toEqual([]);
  });
});
