// The built script in a real Chromium that reaches no network: what a page gets by <script src>, and what it downloads.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type {} from './globals';
import { page as pageOf, type Site, startSite } from './site';
import { chromiumPath, type Stand, startStand } from './stand';

const ours = { livekit_url: 'ws://127.0.0.1:9', livekit_token: 'token' };
const credentials = {
  agora: { agora_app_id: '0'.repeat(32), agora_channel: 'room', agora_token: 'token', agora_uid: 7 },
  livekit: ours,
  trtc: { trtc_app_id: 1_400_000_000, trtc_room_id: 'room', trtc_user_id: 'me', trtc_user_sig: 'signature' },
};
/** Whom each SDK asks first; nobody answers. */
const hosts = {
  agora: /agora\.io|sd-rtn\.com|rtnsvc\.com|rtesvc\.com/,
  livekit: /127\.0\.0\.1:9\//,
  trtc: /cloud-rtc\.(?:com|net)|qcloud\.com|qq\.com/,
};

/** Names that the vendors' SDKs put on the window of a page by themselves. */
const leftBehind = {
  agora: ['DEFAULT_TURN_CONFIG', '__ARTC__', '__aiClientControllerCallbacks', '__core-js_shared__', 'cache'],
  livekit: [],
  trtc: ['__core-js_shared__', 'clearImmediate', 'setImmediate'],
};

interface Outcome {
  readonly code: string;
  readonly errors: readonly string[];
  readonly closed: number;
}

/** Starts a session in the page and says what became of it. */
function start(page: Page, given: object): Promise<Outcome> {
  return page.evaluate(
    async ({ given }) => {
      let closed = 0;
      const errors: string[] = [];
      const avatar = new StreamingAvatar({
        close: () => {
          closed += 1;
        },
      });
      globalThis.avatarUnderTest = avatar;
      avatar.on(StreamEvents.ERROR, ({ detail }) => errors.push(detail.msg));
      const code = await avatar
        .startSessionWithCredentials('one', { _id: 'paid', credentials: given })
        .then(() => 'started')
        .catch(({ name, code }: { name: string; code: string }) => (name === 'AvatarError' ? code : name));
      return { code, errors, closed };
    },
    { given },
  );
}

describe.skipIf(chromiumPath === undefined)('the script in a real Chromium', () => {
  let stand: Stand;
  let site: Site;
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    stand = await startStand();
  });
  beforeEach(async () => {
    site = await startSite(stand.folder);
    site.files.set('/', pageOf('<script src="/script/streaming-avatar.js"></script>'));
    context = await stand.browser.newContext();
    page = await context.newPage();
  });
  afterEach(async () => {
    await context.close();
    await site.close();
  });
  afterAll(() => stand?.close());

  const chunksAsked = () =>
    site.asked.filter((path) => Object.values(stand.built.chunks).some((file) => path.endsWith(file)));
  const chunk = (provider: keyof typeof credentials) => `/script/${stand.built.chunks[provider]}`;

  test('makes two globals and no other, and downloads nothing until a session is started', async () => {
    site.files.set('/', pageOf());
    await page.goto(site.origin);
    const before = await page.evaluate(() => Object.getOwnPropertyNames(globalThis));
    await page.addScriptTag({ url: '/script/streaming-avatar.js' });
    const after = await page.evaluate(() => {
      globalThis.avatarUnderTest = new StreamingAvatar();
      return Object.getOwnPropertyNames(globalThis);
    });
    expect(after.filter((name) => ![...before, 'avatarUnderTest'].includes(name)).sort()).toEqual([
      'StreamEvents',
      'StreamingAvatar',
    ]);
    expect(chunksAsked()).toEqual([]);
  });

  for (const provider of ['agora', 'livekit', 'trtc'] as const) {
    test(`credentials of ${provider} download its adapter alone, and the real SDK in it sets out`, async () => {
      const asked: string[] = [];
      context.on('request', (request) => asked.push(request.url()));
      page.on('websocket', (socket) => asked.push(socket.url()));
      await page.goto(site.origin);
      const before = await page.evaluate(() => Object.getOwnPropertyNames(globalThis));
      const started = start(page, credentials[provider]);
      await expect.poll(() => asked.some((url) => hosts[provider].test(url)), { timeout: 10_000 }).toBe(true);
      await page.evaluate(() => avatarUnderTest.closeStreaming());
      const { code, closed } = await started;
      expect(['network', 'AbortError']).toContain(code);
      expect(closed).toBe(1);
      expect(chunksAsked()).toEqual([chunk(provider)]);
      expect(await page.locator('script').count(), 'elements of chunks are taken away again').toBe(1);
      const made = await page.evaluate(() => Object.getOwnPropertyNames(globalThis));
      expect(made.filter((name) => ![...before, 'avatarUnderTest'].includes(name)).sort()).toEqual(
        leftBehind[provider],
      );
    });
  }

  test('refuses an adapter that is not the one it was built with, runs nothing of it, says so, and takes the right one afterwards', async () => {
    const path = chunk('livekit');
    const right = site.files.get(path);
    if (right === undefined) throw new Error('there is no adapter');
    site.files.set(path, { type: 'text/javascript', body: `globalThis.ran = true;${String(right.body)}` });
    await page.goto(site.origin);
    const refused = await start(page, credentials.livekit);
    expect(refused.code).toBe('sdk-missing');
    expect(refused.errors).toEqual([expect.stringMatching(/streaming-avatar\.livekit\..+integrity/)]);
    expect(refused.closed).toBe(1);
    expect(await page.evaluate('globalThis.ran')).toBeUndefined();

    site.files.set(path, right);
    expect((await start(page, credentials.livekit)).code).toBe('network');
  });

  test('an adapter that is not there is told by its address', async () => {
    site.files.delete(chunk('livekit'));
    await page.goto(site.origin);
    const { code, errors } = await start(page, credentials.livekit);
    expect(code).toBe('sdk-missing');
    expect(errors[0]).toContain(`${site.origin}${chunk('livekit')}`);
  });

  test('works from another origin that lets itself be read, as a CDN does, with the integrity of both checked', async () => {
    const cdn = await startSite(stand.folder);
    try {
      const integrity = stand.built.integrity['streaming-avatar.js'];
      const src = `${cdn.origin}/script/streaming-avatar.js`;
      site.files.set('/', pageOf(`<script src="${src}" integrity="${integrity}" crossorigin></script>`));
      cdn.headers.set('access-control-allow-origin', '*');
      await page.goto(site.origin);
      expect((await start(page, credentials.livekit)).code).toBe('network');
      expect(cdn.asked).toContain(chunk('livekit'));
      expect(chunksAsked()).toEqual([]);
    } finally {
      await cdn.close();
    }
  });

  test('gives its own nonce to what it loads, under a policy that lets nothing else run', async () => {
    site.headers.set('content-security-policy', "script-src 'nonce-n0nce'");
    site.files.set('/', pageOf('<script nonce="n0nce" src="/script/streaming-avatar.js"></script>'));
    await page.goto(site.origin);
    expect((await start(page, credentials.livekit)).code).toBe('network');
  });

  test('works in a page that is opened as a file', async () => {
    const file = join(stand.folder, 'page.html');
    await writeFile(file, String(pageOf('<script src="streaming-avatar.js"></script>').body));
    await page.goto(pathToFileURL(file).href);
    expect((await start(page, credentials.livekit)).code).toBe('network');
  });

  test('loaded twice, each copy works with its own adapters', async () => {
    const script = '<script src="/script/streaming-avatar.js"></script>';
    site.files.set('/', pageOf(script, '<script>globalThis.First = StreamingAvatar</script>', script));
    await page.goto(site.origin);
    expect(await page.evaluate('First === StreamingAvatar')).toBe(false);
    expect((await start(page, credentials.livekit)).code).toBe('network');
    await page.evaluate('StreamingAvatar = First');
    expect((await start(page, credentials.livekit)).code).toBe('network');
    expect(chunksAsked().length).toBeGreaterThan(0);
  });

  test('without a file of its own it says what is wrong when a session is started', async () => {
    site.files.set('/', pageOf());
    await page.goto(site.origin);
    await page.addScriptTag({ content: String(site.files.get('/script/streaming-avatar.js')?.body) });
    const { code, errors } = await start(page, credentials.livekit);
    expect(code).toBe('sdk-missing');
    expect(errors[0]).toMatch(/<script src>/);
  });
});
