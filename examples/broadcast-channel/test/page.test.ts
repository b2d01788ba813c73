// Both pages as they are built, in two tabs of a real Chromium with a fake microphone: bytes over BroadcastChannel,
// picture and sound over WebRTC, and nothing else between them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from '@avatarwire/tooling/chromium';
import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';
import { type Browser, chromium, type Page } from 'playwright';
import { build, type PreviewServer, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const executablePath = findChromium();
const patience = { timeout: 15_000 };
const root = fileURLToPath(new URL('..', import.meta.url));

describe.skipIf(executablePath === undefined)('two tabs of a real Chromium', () => {
  let outDir: string;
  let server: PreviewServer;
  let browser: Browser;
  beforeAll(async () => {
    outDir = await mkdtemp(join(tmpdir(), 'broadcast-channel-'));
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

  /** The avatar's tab and the visitor's, of one browser context. */
  async function openTabs() {
    const context = await browser.newContext();
    const faults: string[] = [];
    const open = async (path: string) => {
      const page = await context.newPage();
      page.setDefaultTimeout(patience.timeout);
      page.on('pageerror', ({ message }) => faults.push(message));
      await page.goto(new URL(path, server.resolvedUrls?.local[0]).href);
      return page;
    };
    const [avatar, visitor] = [await open('avatar.html'), await open('index.html')];
    return { context, avatar, visitor, faults };
  }

  test('the avatar of one tab is seen, heard, asked and interrupted in the other', async () => {
    const { context, avatar, visitor, faults } = await openTabs();
    await press(visitor, 'Connect');
    await stateIs(visitor, 'waiting');
    await press(avatar, 'Enter');
    await stateIs(visitor, 'live');
    await visitor.waitForFunction("document.querySelector('video').videoWidth > 0");

    await ask(visitor, 'What can you do?');
    // Nothing is sent of a voice before it says its first word.
    await visitor.waitForFunction(
      "document.querySelector('video').srcObject.getAudioTracks().some(({ muted }) => !muted)",
    );
    await expect.poll(() => visitor.locator('#answer').textContent(), patience).toMatch(/interrupt me/);
    await expect.poll(() => avatar.locator('#heard li').allTextContents()).toEqual(['What can you do?']);

    await press(visitor, 'Microphone');
    await visitor.locator('#microphone[aria-pressed=true]').waitFor();
    await press(visitor, 'Interrupt');
    await ask(visitor, 'And what is your name?');
    await expect.poll(() => visitor.locator('#answer').textContent(), patience).toMatch(/simulated avatar/);
    await press(visitor, 'End');
    await stateIs(visitor, 'closed');
    expect(await visitor.getByRole('alert').textContent()).toBe('');
    expect(await avatar.getByRole('alert').textContent()).toBe('');
    expect(faults).toEqual([]);
    await context.close();
  });

  test('a tab whose process is killed without a word is noticed, and another one takes its place', async () => {
    const { context, avatar, visitor, faults } = await openTabs();
    await press(avatar, 'Enter');
    await press(visitor, 'Connect');
    await stateIs(visitor, 'live');
    const crashed = avatar.waitForEvent('crash');
    // Never answered: there is nobody left to.
    avatar.goto('chrome://crash').catch(() => {});
    await crashed;
    await stateIs(visitor, 'waiting');

    const next = await context.newPage();
    await next.goto(new URL('avatar.html', server.resolvedUrls?.local[0]).href);
    await press(next, 'Enter');
    await stateIs(visitor, 'live');
    await ask(visitor, 'What can you do?');
    await expect.poll(() => visitor.locator('#answer').textContent(), patience).toMatch(/interrupt me/);
    expect(faults).toEqual([]);
    await context.close();
  });
});

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
}

async function ask(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await press(page, 'Ask');
}

async function stateIs(page: Page, state: string): Promise<void> {
  await page.getByRole('status').filter({ hasText: state }).waitFor();
}
