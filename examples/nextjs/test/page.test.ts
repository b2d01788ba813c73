// The page as `next build` makes it and `next start` serves it, in a real Chromium; the mock of AKOOL over HTTP, its rooms
// on a real livekit-server with the bot in them.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type MockAccount, startMockAccount } from '@avatarwire/example-script-tag/mock-account';
import { findChromium } from '@avatarwire/tooling/chromium';
import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';
import { findLivekitServer } from '@avatarwire/tooling/livekit-server';
import { type Browser, chromium } from 'playwright';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type NextServer, startNext } from '../server/start-next';

const executablePath = findChromium();
const patience = { timeout: 15_000 };
/** On a fresh clone the packages are built first: Next.js takes them as they are published. */
const BUILD_MS = 600_000;

describe.skipIf(executablePath === undefined || findLivekitServer() === undefined)(
  'the Next.js example in a real Chromium, on mock AKOOL and a real livekit-server',
  () => {
    let folder: string;
    let account: MockAccount;
    let next: NextServer;
    let browser: Browser;
    beforeAll(async () => {
      await build();
      folder = await mkdtemp(join(tmpdir(), 'nextjs-'));
      vi.stubEnv('NODE_ENV', 'production');
      [account, browser] = await Promise.all([
        startMockAccount(300),
        chromium.launch({ ...(executablePath && { executablePath }), args: [...chromiumFlags] }),
      ]);
      next = await startNext({
        AKOOL_API_KEY: account.account.apiKey,
        AKOOL_BASE_URL: account.account.baseUrl,
        BROKER_STORE: join(folder, 'sessions.sqlite'),
      });
    }, BUILD_MS);
    afterAll(async () => {
      await browser?.close();
      await next?.close();
      await account?.close();
      await rm(folder, { recursive: true });
      vi.unstubAllEnvs();
    });

    test('the server renders the page as it is before anybody connects, and hands each visitor a name', async () => {
      const answer = await fetch(next.url);
      expect(answer.headers.get('set-cookie')).toMatch(
        /^visitor=[0-9a-f-]{36};(?=.*HttpOnly)(?=.*SameSite=lax)/i,
      );
      const html = await answer.text();
      expect(html).toMatch(/<p role="status">idle<\/p>/);
      expect(html).toMatch(/<video[^>]+aria-label="The avatar"/);
      expect(html).not.toContain(account.account.apiKey);
    });

    test('hydrates without a word, connects through its own route, is answered and ends with nothing open', async () => {
      const { akool } = account.mock;
      const page = await (await browser.newContext()).newPage();
      page.setDefaultTimeout(patience.timeout);
      const faults: string[] = [];
      page.on('pageerror', ({ message }) => faults.push(message));
      page.on('console', (line) => line.type() === 'error' && faults.push(line.text()));
      const bodies: Promise<string>[] = [];
      page.on('response', (response) => bodies.push(response.text().catch(() => '')));
      await page.goto(next.url);
      await page.getByRole('button', { name: 'Connect' }).click();
      await page.getByRole('status').filter({ hasText: 'live' }).waitFor();
      expect(akool.open).toBe(1);

      await page.getByRole('textbox', { name: 'Message' }).fill('What can you do?');
      await page.getByRole('button', { name: 'Ask' }).click();
      await expect.poll(() => page.getByTestId('answer').textContent(), patience).toMatch(/interrupt me/);
      await page.getByRole('button', { name: 'End' }).click();
      await page.getByRole('status').filter({ hasText: 'closed' }).waitFor();
      await expect.poll(() => akool.open, patience).toBe(0);
      expect(faults).toEqual([]);
      expect((await Promise.all(bodies)).join('\n')).not.toContain(account.account.apiKey);
    });

    test('whoever has no cookie opens nothing', async () => {
      const { opened } = account.mock.akool;
      const answer = await fetch(`${next.url}/api/avatar/sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'k'.repeat(32) },
        body: '{"provider":"livekit"}',
      });
      expect(answer.status).toBe(401);
      expect(account.mock.akool.opened).toBe(opened);
    });

    test('the end of the server closes what is open', async () => {
      const { akool } = account.mock;
      const page = await (await browser.newContext()).newPage();
      page.setDefaultTimeout(patience.timeout);
      await page.goto(next.url);
      await page.getByRole('button', { name: 'Connect' }).click();
      await page.getByRole('status').filter({ hasText: 'live' }).waitFor();
      expect(akool.open).toBe(1);
      await next.close();
      expect(akool.open).toBe(0);
    });
  },
);

async function build(): Promise<void> {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const turbo = join(root, 'node_modules/.bin/turbo');
  await promisify(execFile)(
    turbo,
    ['run', 'build', '--filter=@avatarwire/example-nextjs', '--output-logs=errors-only'],
    {
      cwd: root,
      // Vitest's own NODE_ENV is none that Next.js knows.
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
      maxBuffer: 64 * 1_024 * 1_024,
    },
  );
}
