// With a key of AKOOL in the environment, as on a user's account: the demo as `pnpm demo` starts it, a stand-in of AKOOL
// over HTTP outside of it, its rooms on a real livekit-server with the bot in them, and the page in a real Chromium.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { livekitRooms, type MockServices, startMockServices } from '@avatarwire/simulator/services';
import {
  findLivekitServer,
  type LivekitServer,
  startLivekitServer,
} from '@avatarwire/tooling/livekit-server';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  answers,
  bill,
  chromiumPath,
  connect,
  eventually,
  expectState,
  launchBrowser,
  openPage,
  say,
} from './support/browser';
import { type DemoProcess, startDemo } from './support/demo-process';

const possible = chromiumPath !== undefined && findLivekitServer() !== undefined;
const key = 'sk-4d1f0c7ab5e94e21';

describe.skipIf(!possible)('AKOOL on an account, a stand-in over HTTP with a real livekit-server', () => {
  let livekit: LivekitServer;
  let standIn: MockServices;
  let demo: DemoProcess;
  let browser: Browser;
  let folder: string;
  const environment = () => ({
    AKOOL_API_KEY: key,
    AKOOL_BASE_URL: standIn.urls.akool,
    AVATARWIRE_DEMO_AVATAR_ID: 'mine',
    AVATARWIRE_DEMO_STORE: join(folder, 'sessions.sqlite'),
  });
  beforeAll(async () => {
    // rtc-node writes every step to standard output otherwise.
    vi.stubEnv('NODE_ENV', 'production');
    folder = await mkdtemp(join(tmpdir(), 'avatarwire-demo-'));
    [livekit, browser] = await Promise.all([startLivekitServer(), launchBrowser()]);
    const { url, apiKey, apiSecret } = livekit;
    const avatar = { behaviour: { sendsSpeechSigns: true } };
    standIn = await startMockServices({
      keys: { akool: { apiKey: key, clientId: 'unused', clientSecret: 'unused' } },
      akool: { avatars: ['mine'] },
      rooms: livekitRooms({ url, apiKey, apiSecret, avatar, disposeSdk: false }),
    });
    demo = await startDemo(environment());
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
    await standIn?.close();
    await livekit?.stop();
    await rm(folder, { recursive: true });
    vi.unstubAllEnvs();
  });

  /** Everything that this page is sent, but the media. */
  function overhear(page: Page): () => Promise<string> {
    const heard: Promise<string>[] = [];
    page.on('response', (response) => {
      const body = response.body().then(
        (bytes) => bytes.toString('latin1'),
        () => '',
      );
      heard.push(
        Promise.all([response.allHeaders(), body]).then(([headers, text]) => JSON.stringify(headers) + text),
      );
    });
    page.on('console', (entry) => heard.push(Promise.resolve(entry.text())));
    return async () => (await Promise.all(heard)).join('\n');
  }

  test('is the standard choice; one talks over its room, its counter stops, and the key never reaches the page', async () => {
    const page = await browser.newPage();
    const heard = overhear(page);
    await page.goto(demo.url);
    expect(await page.getByRole('radio', { name: 'AKOOL your account' }).isChecked()).toBe(true);
    expect(await page.getByRole('radio', { name: /^WebRTC/ }).count()).toBe(0);
    expect(await page.getByTestId('stand-in').count()).toBe(0);
    await page.getByRole('radio', { name: /^LiveKit/ }).check({ force: true });
    await connect(page);
    await say(page, 'What can you do?');
    await page.locator('[data-author=avatar][data-complete=true]').waitFor();
    expect(await answers(page).last().textContent()).toMatch(/interrupt me/);
    expect(standIn.akool.open).toBe(1);
    expect(standIn.akool.sessions.at(-1)).toMatchObject({ avatarId: 'mine', provider: 'livekit' });
    expect(await bill(page).count(), 'a real account is counted by AKOOL, not here').toBe(0);

    await page.getByRole('button', { name: 'End' }).click();
    await expectState(page, 'Ended');
    await eventually(() => standIn.akool.open).toBe(0);
    expect(standIn.akool.sessions.at(-1)).toMatchObject({ ended: 'closed', closeCalls: 1 });

    standIn.akool.fail({ name: 'code', code: 1102 }, { on: 'session.create' });
    await page.getByRole('button', { name: 'Connect again' }).click();
    await expectState(page, 'Failed');
    expect(await page.getByRole('alert').first().textContent()).toMatch(/account was refused/);
    const everything = await heard();
    expect(everything).toContain('"service":"akool"');
    expect(everything).not.toContain(key);
    expect(await page.content()).not.toContain(key);
    await page.context().close();
  });

  test('killed with a session open, the next demo closes what the last one left', async () => {
    const { page } = await openPage(browser, `${demo.url}/?service=akool&provider=livekit`);
    await connect(page);
    expect(standIn.akool.open).toBe(1);
    await demo.kill();
    await page.context().close();
    expect(standIn.akool.open).toBe(1);
    demo = await startDemo(environment());
    expect(await demo.stop()).toBe(0);
    expect(standIn.akool.open).toBe(0);
  });

  test('Ctrl+C with a session open closes it before the demo ends', async () => {
    demo = await startDemo(environment());
    const { page } = await openPage(browser, `${demo.url}/?service=akool&provider=livekit`);
    await connect(page);
    expect(await demo.stop()).toBe(0);
    expect(standIn.akool.open).toBe(0);
    await page.context().close();
  });
});
