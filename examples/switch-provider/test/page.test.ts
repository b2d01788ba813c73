// The example as `pnpm dev` serves it, in a real Chromium. Agora and TRTC: the real adapters over doubles of the SDKs;
// plain WebRTC: a real loop-back; LiveKit: a real livekit-server with a bot in it.
import { findChromium } from '@avatarwire/tooling/chromium';
import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';
import { findLivekitServer } from '@avatarwire/tooling/livekit-server';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type DevelopmentServer, startDevelopment } from './development-server';

const executablePath = findChromium();
/** For what a browser takes its time for. */
const patience = { timeout: 15_000 };
const providers = ['agora', 'livekit', 'trtc', 'webrtc'];

describe.skipIf(executablePath === undefined)('the example in a real Chromium', () => {
  let server: DevelopmentServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([
      startDevelopment(),
      chromium.launch({ ...(executablePath !== undefined && { executablePath }), args: [...chromiumFlags] }),
    ]);
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test('its configuration names a provider, and the others for when that one fails', async () => {
    const answer = await fetch(`${server.url}config.json`);
    const { provider, otherwise } = (await answer.json()) as { provider: string; otherwise: string[] };
    expect([provider, ...otherwise].sort()).toEqual(providers);
  });

  test('what any other page in this browser could send opens no room', async () => {
    const answer = await fetch(`${server.url}livekit-rooms`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(415);
  });

  for (const provider of providers) {
    test.skipIf(provider === 'livekit' && findLivekitServer() === undefined)(
      `"${provider}" in the configuration: it connects, is answered, and ends its session`,
      async () => {
        const { page, asked } = await open(browser, server, { provider, otherwise: [] });
        await connect(page);
        await page.getByText(`Live over ${provider}`).waitFor();
        await page.waitForFunction("document.querySelector('video').videoWidth > 0");

        await page.getByRole('textbox', { name: 'Message' }).fill('What can you do?');
        await page.getByRole('button', { name: 'Ask' }).click();
        await expect.poll(() => page.locator('#answer').textContent(), patience).toMatch(/interrupt me/);

        await page.getByRole('button', { name: 'End' }).click();
        await expect
          .poll(() => happened(page), patience)
          .toEqual([
            `${provider}: session opened`,
            `talking over ${provider}`,
            `${provider}: session closed (requested)`,
          ]);
        const sdks = asked.flatMap(
          (url) => /agora-rtc-sdk-ng|livekit-client|trtc-sdk-v5/.exec(url)?.[0] ?? [],
        );
        expect([...new Set(sdks)], 'real SDKs').toEqual(provider === 'livekit' ? ['livekit-client'] : []);
      },
    );
  }

  test('fails over: the session that led nowhere is closed before the next is opened', async () => {
    const { page } = await open(
      browser,
      server,
      { provider: 'trtc', otherwise: ['agora', 'webrtc'] },
      '?unreachable=trtc',
    );
    await connect(page);
    await page.getByText('Live over agora').waitFor();
    expect(await happened(page)).toEqual([
      'trtc: session opened',
      'trtc: session closed (connect-failed)',
      'agora: session opened',
      'talking over agora',
    ]);
  });

  test('a word that no adapter has is refused, with what is wrong', async () => {
    const { page } = await open(browser, server, { provider: 'carrier-pigeon', otherwise: [] });
    await expect
      .poll(() => happened(page), patience)
      .toEqual([expect.stringMatching(/^failed: .*transports\.carrier-pigeon/)]);
  });
});

describe.skipIf(executablePath === undefined)('the example with a backend, cut off from every vendor', () => {
  let server: DevelopmentServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([
      startDevelopment({ VITE_BACKEND: '/my/sessions' }),
      chromium.launch({ ...(executablePath !== undefined && { executablePath }), args: [...chromiumFlags] }),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test('runs on the real SDKs with what the backend gives: each fails in its own words and is closed', async () => {
    const credentials: Readonly<Record<string, object>> = {
      trtc: { sdkAppId: 1_400_000_000, room: 'room', userId: 'visitor', userSig: 'signature' },
      livekit: { url: 'wss://livekit.invalid', token: 'token' },
    };
    const closed: string[] = [];
    const { page, asked } = await open(browser, server, { provider: 'trtc', otherwise: ['livekit'] });
    await page.route('**/my/sessions', (route) => {
      const { provider } = route.request().postDataJSON() as { provider: string };
      return route.fulfill({
        json: { provider, credentials: credentials[provider], sessionId: `of-${provider}` },
      });
    });
    await page.route('**/my/sessions/*', (route) => {
      closed.push(new URL(route.request().url()).pathname);
      return route.fulfill({ status: 204 });
    });
    await connect(page);
    await expect
      .poll(() => happened(page), { timeout: 25_000 })
      .toEqual([
        'trtc: session opened',
        'trtc: session closed (connect-failed)',
        'livekit: session opened',
        'livekit: session closed (connect-failed)',
        expect.stringMatching(/^failed: network/),
      ]);
    expect(closed).toEqual(['/my/sessions/of-trtc', '/my/sessions/of-livekit']);
    for (const sdk of [/trtc-sdk-v5/, /livekit-client/]) expect(asked.join('\n')).toMatch(sdk);
    expect(asked.join('\n')).not.toMatch(/agora-rtc-sdk-ng|simulator/);
  });
});

interface Opened {
  readonly page: Page;
  /** Addresses of this machine that it asked for; nothing else is let through. */
  readonly asked: readonly string[];
}

async function open(
  browser: Browser,
  server: DevelopmentServer,
  config: { readonly provider: string; readonly otherwise: readonly string[] },
  search = '',
): Promise<Opened> {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const asked: string[] = [];
  await context.route(
    ({ hostname }) => hostname !== '127.0.0.1',
    (route) => route.abort(),
  );
  await page.routeWebSocket(
    ({ hostname }) => hostname !== '127.0.0.1',
    (socket) => socket.close(),
  );
  await page.route('**/config.json', (route) => route.fulfill({ json: config }));
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(`${server.url}${search}`);
  return { page, asked };
}

const connect = (page: Page) => page.getByRole('button', { name: 'Connect' }).click();
const happened = (page: Page) => page.locator('#log li').allTextContents();
