// The page as `pnpm start` serves it, with the script as it is published, in a real Chromium; the mock of AKOOL over
// HTTP, its rooms on a real livekit-server with the bot in them.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findChromium } from '@avatarwire/tooling/chromium';
import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';
import { findLivekitServer } from '@avatarwire/tooling/livekit-server';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ExampleServer, startExample } from '../server/example-server';
import { type MockAccount, startMockAccount } from '../server/mock-account';
import { createPaidSessions } from '../server/paid-sessions';

const executablePath = findChromium();
const patience = { timeout: 15_000 };
const DURATION_SECONDS = 300;

describe.skipIf(executablePath === undefined || findLivekitServer() === undefined)(
  'the page with the script tag, in a real Chromium, on mock AKOOL and a real livekit-server',
  () => {
    let folder: string;
    let account: MockAccount;
    let server: ExampleServer;
    let browser: Browser;
    beforeAll(async () => {
      vi.stubEnv('NODE_ENV', 'production');
      folder = await mkdtemp(join(tmpdir(), 'script-tag-'));
      [account, browser] = await Promise.all([
        startMockAccount(DURATION_SECONDS),
        chromium.launch({ ...(executablePath && { executablePath }), args: [...chromiumFlags] }),
        buildScript(folder),
      ]);
      server = await startExample({ sessions: createPaidSessions(account.account), scriptFolder: folder });
    });
    afterEach(async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
    });
    afterAll(async () => {
      await browser?.close();
      await server?.close();
      await account?.close();
      await rm(folder, { recursive: true });
      vi.unstubAllEnvs();
    });

    test('starts, is ready, sends, gets a message, switches the microphone on and off, hears that it will expire and that it has, closes, starts anew and ends', async () => {
      const { page, asked, bodies } = await open();
      const { akool } = account.mock;
      await button(page, 'Start').click();
      await expect.poll(() => happened(page), patience).toEqual(['ready']);
      await page.waitForFunction('document.querySelector("video").videoWidth > 0');
      expect(akool.open).toBe(1);

      await page.getByRole('textbox', { name: 'Message' }).fill('What can you do?');
      await button(page, 'Send').click();
      const answer = page.locator('#messages [data-from=bot]');
      await expect.poll(() => answer.textContent(), patience).toMatch(/interrupt me/);
      expect(await answer.count()).toBe(1);

      const microphone = button(page, 'Microphone');
      await microphone.click();
      await page.locator('#microphone[aria-pressed=true]').waitFor();
      await expect.poll(publishedSources, patience).toEqual(['microphone']);
      await microphone.click();
      await page.locator('#microphone[aria-pressed=false]').waitFor();
      await expect.poll(publishedSources, patience).toEqual([]);
      expect(await page.evaluate('opened.map(({ readyState }) => readyState)')).toEqual(['ended']);

      await leaveOver(page, 30);
      await expect.poll(() => happened(page), patience).toEqual(['ready', 'The session ends in 30 seconds.']);
      expect(akool.open).toBe(1);
      await leaveOver(page, 0);
      await expect
        .poll(() => happened(page), patience)
        .toEqual([
          'ready',
          'The session ends in 30 seconds.',
          'The time of the session is up.',
          'closed: expired',
        ]);
      expect(akool.open).toBe(0);
      expect(akool.sessions.at(-1)).toMatchObject({ ended: 'closed', closeCalls: 1 });

      await button(page, 'Start').click();
      await button(page, 'End').click({ timeout: 15_000 });
      await expect
        .poll(async () => (await happened(page)).slice(4), patience)
        .toEqual(['ready', 'closed: requested']);
      expect(akool.open).toBe(0);

      const chunks = asked.flatMap((url) => /streaming-avatar\.(\w+)\.\w+\.js/.exec(url)?.[1] ?? []);
      expect(chunks, 'adapters downloaded').toEqual(['livekit']);
      expect((await bodies()).join('\n')).not.toContain(account.account.apiKey);
    });

    test('left with a session open, has it closed by its last request', async () => {
      const { page } = await open();
      await button(page, 'Start').click();
      await expect.poll(() => happened(page), patience).toEqual(['ready']);
      expect(account.mock.akool.open).toBe(1);
      await page.goto('about:blank');
      await expect.poll(() => account.mock.akool.open, patience).toBe(0);
      expect(account.mock.akool.sessions.at(-1)).toMatchObject({ ended: 'closed', closeCalls: 1 });
    });

    test('what any other page could send opens nothing, and only what was opened here can be closed', async () => {
      const { opened } = account.mock.akool;
      const post = (path: string, type: string, body: string) =>
        fetch(`${server.url}${path}`, { method: 'POST', headers: { 'content-type': type }, body });
      expect((await post('/api/session', 'text/plain', '{}')).status).toBe(415);
      expect((await post('/api/session/close', 'application/json', '{"id":"foreign"}')).status).toBe(404);
      expect((await post('/api/session', 'application/json', `{"x":"${'x'.repeat(2_000)}"}`)).status).toBe(
        502,
      );
      expect((await fetch(`${server.url}/script/..%2f..%2fpackage.json`)).status).toBe(404);
      expect(account.mock.akool.opened).toBe(opened);
    });

    async function open(): Promise<{
      readonly page: Page;
      readonly asked: readonly string[];
      /** Everything that the page was sent, but its media. */
      bodies(): Promise<string[]>;
    }> {
      const page = await (await browser.newContext()).newPage();
      page.setDefaultTimeout(15_000);
      const asked: string[] = [];
      const bodies: Promise<string>[] = [];
      page.on('request', (request) => asked.push(request.url()));
      page.on('response', (response) => bodies.push(response.text().catch(() => '')));
      await page.addInitScript(watchAndWind);
      await page.goto(server.url);
      return { page, asked, bodies: () => Promise.all(bodies) };
    }

    /** What the room knows of the visitor's tracks. */
    async function publishedSources(): Promise<string[]> {
      const [room] = await account.livekit.rooms.listRooms();
      const people = await account.livekit.rooms.listParticipants(room?.name ?? '');
      const MICROPHONE = 2;
      return people
        .filter(({ identity }) => identity === 'visitor')
        .flatMap(({ tracks }) =>
          tracks.map(({ source }) => (source === MICROPHONE ? 'microphone' : `${source}`)),
        );
    }
  },
);

/** Runs in the page, before its own scripts: notes the devices it opens, and lets its wall clock be put forward. */
function watchAndWind(): void {
  const opened: MediaStreamTrack[] = [];
  const { getUserMedia } = navigator.mediaDevices;
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await getUserMedia.call(navigator.mediaDevices, constraints);
    opened.push(...stream.getTracks());
    return stream;
  };
  const now = Date.now.bind(Date);
  let aheadMs = 0;
  Date.now = () => now() + aheadMs;
  Object.assign(globalThis, {
    opened,
    putForward(ms: number) {
      aheadMs += ms;
      document.dispatchEvent(new Event('visibilitychange'));
    },
  });
}

/** As on a machine that slept: the wall clock has gone on, and the page looks at it. Nobody waits for five minutes. */
async function leaveOver(page: Page, seconds: number): Promise<void> {
  await page.evaluate(`putForward(avatar.session.getSnapshot().expiresAt - Date.now() - ${seconds * 1_000})`);
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const happened = (page: Page) => page.locator('#log li').allTextContents();

async function buildScript(folder: string): Promise<void> {
  const { resolve } = createRequire(import.meta.url);
  const builder = join(dirname(resolve('@avatarwire/streaming-avatar/package.json')), 'script-build/main.ts');
  await promisify(execFile)(process.execPath, ['--import', 'tsx', builder, folder]);
}
