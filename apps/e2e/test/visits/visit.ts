/** A real Chromium of its own with the page in it: no touch that is not a test's, and nothing granted that nobody granted. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';
import { build } from 'esbuild';
import { AccessToken } from 'livekit-server-sdk';
import { type CDPSession, chromium, type Page } from 'playwright';
import { SAYS, type VisitProvider, type VisitView } from './said';

export interface LivekitServer {
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

export interface Site {
  readonly origin: string;
  close(): Promise<void>;
}

export interface Visited {
  readonly page: Page;
  /** What the page said last. */
  readonly view: VisitView | undefined;
  /** By the browser, as if the visitor had done it. */
  setMicrophone(setting: 'granted' | 'denied'): Promise<void>;
  close(): Promise<void>;
}

/** @param livekit where the page's tokens are for */
export async function serveSite(livekit: LivekitServer | null): Promise<Site> {
  const script = await bundledPage();
  const server = createServer(({ url = '/' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    if (pathname === '/token' && livekit !== null) {
      const [room, who] = ['room', 'who'].map((name) => searchParams.get(name) ?? '');
      void tokenFor(livekit, room ?? '', who ?? '').then((token) => response.end(token));
    } else if (pathname === '/page.js') {
      response.setHeader('content-type', 'text/javascript').end(script);
    } else {
      response
        .setHeader('content-type', 'text/html')
        .end(
          '<!doctype html><link rel="icon" href="data:,"><body><script type="module" src="/page.js"></script>',
        );
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function tokenFor({ apiKey, apiSecret }: LivekitServer, room: string, identity: string): Promise<string> {
  const token = new AccessToken(apiKey, apiSecret, { identity });
  token.addGrant({ roomJoin: true, room, canPublish: true, canSubscribe: true, canPublishData: true });
  return token.toJwt();
}

async function bundledPage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./page.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['@avatarwire/source'],
    // Their doubles are in the page.
    external: ['agora-rtc-sdk-ng', 'trtc-sdk-v5'],
  });
  return outputFiles[0]?.text ?? '';
}

export async function openVisit(
  executablePath: string,
  { origin }: Site,
  provider: VisitProvider,
  livekit: LivekitServer | null,
  picture: 'muted' | 'as it is' = 'as it is',
): Promise<Visited> {
  const browser = await chromium.launch({
    executablePath,
    // With it Chromium grants devices whatever the visitor says.
    args: chromiumFlags.filter((flag) => flag !== '--use-fake-ui-for-media-stream'),
  });
  const page = await browser.newPage();
  let view: VisitView | undefined;
  let tools: CDPSession | undefined;
  page.on('console', (message) => {
    const text = message.text();
    if (text.startsWith(SAYS)) view = JSON.parse(text.slice(SAYS.length)) as VisitView;
  });
  const parameters = new URLSearchParams({ provider, livekit: livekit?.url ?? '', picture });
  await page.goto(`${origin}/?${parameters}`);
  return {
    page,
    get view() {
      return view;
    },
    async setMicrophone(setting) {
      // It holds for as long as this session.
      tools ??= await page.context().newCDPSession(page);
      const { targetInfos } = await tools.send('Target.getTargets');
      const browserContextId = targetInfos.find(({ url }) => url.startsWith(origin))?.browserContextId;
      await tools.send('Browser.setPermission', {
        permission: { name: 'microphone' },
        setting,
        origin,
        ...(browserContextId !== undefined && { browserContextId }),
      });
    },
    close: () => browser.close(),
  };
}
