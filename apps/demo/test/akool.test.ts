// With keys of AKOOL and LiveAvatar in the environment, as on a user's accounts: the demo as `pnpm demo` starts it,
// stand-ins of both over HTTP outside of it, its rooms on a real livekit-server with the bot in them, and the page in a real Chromium.
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
const otherKey = 'la-9be07d21c1f34a55';

describe.skipIf(!possible)('services on accounts, stand-ins over HTTP with a real livekit-server', () => {
  let livekit: LivekitServer;
  let standIn: MockServices;
  let demo: DemoProcess;
  let browser: Browser;
  let folder: string;
  const environment = () => ({
    AKOOL_API_KEY: key,
    AKOOL_BASE_URL: standIn.urls.akool,
    AVATARWIRE_DEMO_AVATAR_ID: 'mine',
    LIVEAVATAR_API_KEY: otherKey,
    LIVEAVATAR_BASE_URL: standIn.urls.liveavatar,
    AVATARWIRE_DEMO_LIVEAVATAR_AVATAR_ID: 'mine-too',
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
      keys: { akool: { apiKey: key, clientId: 'unused', clientSecret: 'unused' }, liveavatar: otherKey },
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
    // With an account there are too many services to stand side by side.
    const service = page.getByRole('combobox', { name: 'Service' });
    expect(await service.inputValue()).toBe('akool');
    expect(await service.getByRole('option').first().textContent()).toBe('AKOOL, your account');
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

  test('LiveAvatar on an account beside it: one talks, its counter stops, and neither key reaches the page', async () => {
    const page = await browser.newPage();
    const heard = overhear(page);
    const scripts: string[] = [];
    page.on('request', (request) => {
      if (request.resourceType() === 'script') scripts.push(request.url());
    });
    await page.goto(`${demo.url}/?service=liveavatar`);
    expect(await page.getByTestId('stand-in').count()).toBe(0);
    expect(await page.getByTestId('provider').textContent()).toBe('over LiveKitreal network');
    await connect(page);
    await say(page, 'Tell me a short story.');
    await page.locator('[data-author=avatar][data-complete=true]').waitFor();
    expect(await answers(page).last().textContent()).toMatch(/nobody could see the seams/);
    expect(standIn.liveavatar.sessions.at(-1)).toMatchObject({ avatarId: 'mine-too', provider: 'livekit' });
    expect(await bill(page).count()).toBe(0);
    await page.getByRole('button', { name: 'End' }).click();
    await expectState(page, 'Ended');
    await eventually(() => [standIn.liveavatar.open, standIn.liveavatar.closed]).toEqual([0, 1]);
    const everything = await heard();
    expect(everything).toContain('"service":"liveavatar"');
    expect(scripts.join()).toContain('services-liveavatar');
    expect(scripts.join()).not.toContain('simulator');
    for (const each of [key, otherKey]) expect(everything).not.toContain(each);
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
