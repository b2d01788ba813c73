// The page as it is built, from the example's Express server, in a real Chromium; the mock of AKOOL over HTTP, its rooms
// on a real livekit-server with the bot in them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memoryStore } from '@avatarwire/broker/memory';
import { type Logger, silentLogger } from '@avatarwire/core';
import { type MockAccount, startMockAccount } from '@avatarwire/example-script-tag/mock-account';
import { findChromium } from '@avatarwire/tooling/chromium';
import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';
import { findLivekitServer } from '@avatarwire/tooling/livekit-server';
import { type Browser, chromium } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type App, startApp } from '../server/app';

const executablePath = findChromium();
const patience = { timeout: 15_000 };

describe.skipIf(executablePath === undefined || findLivekitServer() === undefined)(
  'the Express example in a real Chromium, on mock AKOOL and a real livekit-server',
  () => {
    let pageFolder: string;
    let account: MockAccount;
    let app: App;
    let browser: Browser;
    const lines: unknown[] = [];
    const logger: Logger = {
      ...silentLogger,
      info: (...line) => void lines.push(line),
    };
    beforeAll(async () => {
      vi.stubEnv('NODE_ENV', 'production');
      pageFolder = await mkdtemp(join(tmpdir(), 'express-page-'));
      [account, browser] = await Promise.all([
        startMockAccount(300),
        chromium.launch({ ...(executablePath && { executablePath }), args: [...chromiumFlags] }),
        build({
          configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
          root: fileURLToPath(new URL('../page', import.meta.url)),
          build: { outDir: pageFolder },
          logLevel: 'error',
        }),
      ]);
      app = await startApp({ ...account.account, store: memoryStore(), logger, pageFolder });
    });
    afterAll(async () => {
      await browser?.close();
      await app?.close();
      await account?.close();
      await rm(pageFolder, { recursive: true });
      vi.unstubAllEnvs();
    });

    test('a visitor with the cookie connects, is answered and ends; nothing stays open, and the key stays on the server', async () => {
      const { akool } = account.mock;
      const page = await (await browser.newContext()).newPage();
      const bodies: Promise<string>[] = [];
      page.on('response', (response) => bodies.push(response.text().catch(() => '')));
      await page.goto(app.url);
      await page.getByRole('button', { name: 'Connect' }).click();
      await page.getByRole('status').filter({ hasText: 'live' }).waitFor(patience);
      expect(akool.open).toBe(1);

      await page.getByRole('textbox', { name: 'Message' }).fill('What can you do?');
      await page.getByRole('button', { name: 'Ask' }).click();
      await expect.poll(() => page.locator('#answer').textContent(), patience).toMatch(/interrupt me/);
      await page.getByRole('button', { name: 'End' }).click();
      await page.getByRole('status').filter({ hasText: 'closed' }).waitFor(patience);
      await expect.poll(() => akool.open, patience).toBe(0);
      expect((await Promise.all(bodies)).join('\n')).not.toContain(account.account.apiKey);
      expect(lines).toContainEqual(['closed a session', expect.anything()]);
      expect(JSON.stringify(lines)).not.toContain(account.account.apiKey);
      await page.context().close();
    });

    test('whoever has no cookie opens nothing', async () => {
      const { opened } = account.mock.akool;
      const answer = await fetch(`${app.url}/api/avatar/sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'k'.repeat(32) },
        body: '{"provider":"livekit"}',
      });
      expect(answer.status).toBe(401);
      expect(account.mock.akool.opened).toBe(opened);
    });

    test('a visitor who comes back by a link on another site keeps the name, which no script can read', async () => {
      const context = await browser.newContext();
      const page = await context.newPage();
      const names = async () => (await context.cookies()).map(({ value }) => value);
      await page.goto(app.url);
      const [name] = await names();
      expect(await page.evaluate('document.cookie')).toBe('');
      await page.route('http://elsewhere.test/', (route) =>
        route.fulfill({ contentType: 'text/html', body: `<a href="${app.url}">An avatar</a>` }),
      );
      await page.goto('http://elsewhere.test/');
      await page.getByRole('link').click();
      await page.getByRole('button', { name: 'Connect' }).waitFor(patience);
      expect(await names()).toEqual([name]);
      await context.close();
    });

    test('the end of the server closes what is open', async () => {
      const { akool } = account.mock;
      const ending = await startApp({ ...account.account, store: memoryStore(), logger, pageFolder });
      const page = await (await browser.newContext()).newPage();
      await page.goto(ending.url);
      await page.getByRole('button', { name: 'Connect' }).click();
      await page.getByRole('status').filter({ hasText: 'live' }).waitFor(patience);
      expect(akool.open).toBe(1);
      await ending.close();
      expect(akool.open).toBe(0);
      await page.context().close();
    });
  },
);
