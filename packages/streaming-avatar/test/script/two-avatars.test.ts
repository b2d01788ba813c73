// The built script in a real Chromium, with real livekit-server rooms and bots, the mock of AKOOL over HTTP, and for one
// avatar a double of Agora's SDK in the page.
import { fileURLToPath } from 'node:url';
import { livekitRooms, type MockServices, startMockServices } from '@avatarwire/simulator/services';
import { build } from 'esbuild';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import type {} from './agora-double';
import type {} from './globals';
import { page as pageOf, type Site, startSite } from './site';
import { chromiumPath, type Stand, startStand } from './stand';

const livekit = inject('livekitServer');
const patience = { timeout: 15_000 };

describe.skipIf(chromiumPath === undefined || livekit === null)(
  'two avatars in one page, by the script, over a real livekit-server and a double of Agora',
  () => {
    let stand: Stand;
    let site: Site;
    let mock: MockServices;
    beforeAll(async () => {
      if (livekit === null) return;
      // rtc-node writes every step to standard output otherwise.
      vi.stubEnv('NODE_ENV', 'production');
      const { url, apiKey, apiSecret } = livekit;
      mock = await startMockServices({
        rooms: livekitRooms({
          url,
          apiKey,
          apiSecret,
          width: 64,
          height: 64,
          framesPerSecond: 5,
          disposeSdk: false,
          avatar: { reply: (text) => `LiveKit heard: ${text}`, timings: { thinkMs: 20, frameMs: 20 } },
        }),
      });
      stand = await startStand();
      site = await startSite(stand.folder);
      site.files.set(
        '/',
        pageOf('<script src="/script/streaming-avatar.js"></script>', '<script src="/double.js"></script>'),
      );
      site.files.set('/double.js', { type: 'text/javascript', body: await bundledDouble() });
      site.respond = async (path, body) => {
        const action = /^\/session\/(create|close)$/.exec(path)?.[1];
        if (action === undefined) return { status: 404, body: '' };
        const answer = await fetch(`${mock.urls.akool}/api/open/v4/liveAvatar/session/${action}`, {
          method: 'POST',
          headers: { 'x-api-key': mock.keys.akool.apiKey, 'content-type': 'application/json' },
          body,
        });
        return { type: 'application/json', body: await answer.text() };
      };
    });
    afterAll(async () => {
      await stand?.close();
      await site?.close();
      await mock?.close();
      vi.unstubAllEnvs();
    });

    test('hear each only its own messages, over one provider and over two; the first that closes leaves the others talking', async () => {
      const page = await openPage();
      await start(page, { one: 'livekit', two: 'livekit', three: 'agora' });
      expect(mock.akool.open).toBe(2);
      await page.evaluate(() =>
        Promise.all(
          Object.entries(avatars).map(([name, { avatar }]) => avatar.sendMessage(`this is ${name}`)),
        ),
      );
      await expect
        .poll(() => heard(page), patience)
        .toEqual({
          one: 'LiveKit heard: this is one',
          two: 'LiveKit heard: this is two',
          three: 'Agora heard: this is three',
        });

      await page.evaluate(() => avatars['one']?.avatar.closeStreaming());
      await expect.poll(() => mock.akool.open, patience).toBe(1);
      await page.evaluate(() => avatars['two']?.avatar.sendMessage('and again'));
      await expect
        .poll(async () => (await heard(page))['two'], patience)
        .toMatch(/this is twoLiveKit heard: and again$/);
      expect(await page.evaluate(() => Object.values(avatars).map(({ events }) => events.join(' ')))).toEqual(
        [
          expect.stringMatching(/^ready message.* closed$/),
          expect.not.stringContaining('closed'),
          expect.not.stringContaining('closed'),
        ],
      );
      expect(
        site.asked.filter((path) => path.includes('.agora.')),
        'the real SDK of Agora',
      ).toEqual([]);
      await page.context().close();
      await expect.poll(() => mock.akool.open, patience).toBe(0);
    });

    test('are both closed at the service when the page is left', async () => {
      const page = await openPage();
      await start(page, { one: 'livekit', two: 'livekit' });
      expect(mock.akool.open).toBe(2);
      await page.goto('about:blank');
      await expect.poll(() => mock.akool.open, patience).toBe(0);
      expect(mock.akool.sessions.slice(-2)).toMatchObject([
        { ended: 'closed', closeCalls: 1 },
        { ended: 'closed', closeCalls: 1 },
      ]);
      await page.context().close();
    });

    async function openPage(): Promise<Page> {
      const page = await (await stand.browser.newContext()).newPage();
      await page.goto(site.origin);
      return page;
    }
  },
);

declare global {
  var avatars: Record<
    string,
    { readonly avatar: typeof avatarUnderTest; readonly events: string[]; heard: string }
  >;
}

/** Starts them all at once, each as a page would: a session from its own server, the same class, a place of its own. */
async function start(page: Page, wanted: Readonly<Record<string, 'agora' | 'livekit'>>): Promise<void> {
  await page.evaluate(async (wanted) => {
    globalThis.avatars = {};
    const post = (action: string, body: object, keepalive = false) =>
      fetch(`/session/${action}`, { method: 'POST', body: JSON.stringify(body), keepalive });
    async function startOne(name: string, provider: 'agora' | 'livekit'): Promise<void> {
      const place = document.createElement('div');
      document.body.append(place);
      const avatar = new StreamingAvatar({
        ...(provider === 'agora' && { transports: agoraDouble.transports }),
        async close({ sessionId }, { keepalive }) {
          if (provider === 'livekit') await post('close', { id: sessionId }, keepalive);
        },
      });
      const kept = { avatar, events: [] as string[], heard: '' };
      avatars[name] = kept;
      for (const event of Object.values(StreamEvents)) avatar.on(event, ({ type }) => kept.events.push(type));
      avatar.on(StreamEvents.ONMESSAGE, ({ detail }) => {
        kept.heard += detail.text;
      });
      const order = { avatar_id: 'dvp_Tristan_cloth2_1080P', duration: 120, stream_type: 'livekit' };
      const session =
        provider === 'agora' ? await agoraDouble.open() : await (await post('create', order)).json();
      await avatar.startSessionWithCredentials(place, session);
    }
    await Promise.all(Object.entries(wanted).map(([name, provider]) => startOne(name, provider)));
  }, wanted);
}

function heard(page: Page): Promise<Record<string, string>> {
  return page.evaluate(() =>
    Object.fromEntries(Object.entries(avatars).map(([name, { heard }]) => [name, heard])),
  );
}

async function bundledDouble(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./agora-double.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    conditions: ['@avatarwire/source'],
    // A double stands in for it.
    external: ['agora-rtc-sdk-ng'],
  });
  return outputFiles[0]?.text ?? '';
}
