/**
 * A page that could use any of four providers, built by Vite, in a real Chromium cut off from every network: what it
 * downloads before anything is called, and what connecting over one of them adds.
 */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { findChromium } from '@avatarwire/tooling/chromium';
import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';
import { type Browser, chromium } from 'playwright';
import { buildPage, ENTRY, type PageProvider, PROVIDERS, type Script, SDKS } from '../page-build';
import { kilobytes, type Result, type Row } from '../report';

const TARGET = 'no SDK before connect(), and then its own alone';

interface InPage {
  connect(provider: PageProvider): Promise<void>;
}

interface Downloads {
  readonly before: readonly Script[];
  readonly onConnect: readonly Script[];
}

export const pageDownloads: Row = {
  name: 'page-downloads',
  async run() {
    const executablePath = findChromium();
    if (!executablePath) {
      const value = 'not measured: it needs a Chromium (`pnpm test` gets one)';
      return [{ what: 'what a page downloads', target: TARGET, value, comparison: '–' }];
    }
    const scripts = await buildPage();
    const browser = await chromium.launch({ executablePath, args: [...chromiumFlags] });
    try {
      const results: Result[] = [];
      for (const provider of PROVIDERS)
        results.push(shown(provider, await visit(browser, scripts, provider), scripts));
      return results;
    } finally {
      await browser.close();
    }
  },
};

async function visit(
  browser: Browser,
  scripts: readonly Script[],
  provider: PageProvider,
): Promise<Downloads> {
  const asked: string[] = [];
  const server = createServer(({ url = '/' }, response) => {
    const code = scripts.find(({ path }) => path === url)?.code;
    if (code !== undefined) asked.push(url);
    response.setHeader('content-type', code === undefined ? 'text/html' : 'text/javascript');
    response.end(
      code ?? `<!doctype html><link rel="icon" href="data:,"><script type="module" src="${ENTRY}"></script>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const page = await browser.newPage();
  try {
    await page.route(
      ({ origin }) => origin !== address,
      (route) => route.abort(),
    );
    await page.routeWebSocket(/.*/, (socket) => socket.close());
    await page.goto(address, { waitUntil: 'networkidle' });
    const before = [...asked];
    // It fails or hangs, since nothing is to be reached; by then everything has been asked for.
    await page.evaluate((name) => void (globalThis as unknown as InPage).connect(name), provider);
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(SETTLES_MS);
    const chosen = (paths: readonly string[]) => scripts.filter(({ path }) => paths.includes(path));
    return { before: chosen(before), onConnect: chosen(asked.slice(before.length)) };
  } finally {
    await page.close();
    server.closeAllConnections();
    server.close();
  }
}

/** Nothing says that a page asks for no more. */
const SETTLES_MS = 2_000;

function shown(provider: PageProvider, { before, onConnect }: Downloads, all: readonly Script[]): Result {
  const own = SDKS[provider];
  const early = sdksOf(before);
  const late = sdksOf(onConnect);
  return {
    what: `a page over ${PROVIDERS.length} providers that connects over ${provider}, minified and gzipped`,
    target: TARGET,
    value: `${size(before)} with ${named(early)}; on connect ${size(onConnect)} with ${named(late)}`,
    comparison: `all four at once: ${size(all)}`,
    pass: early.length === 0 && late.join() === (own ?? '') && before.length > 0 && onConnect.length > 0,
  };
}

const size = (scripts: readonly Script[]) =>
  kilobytes(scripts.reduce((sum, { gzippedBytes }) => sum + gzippedBytes, 0));
const sdksOf = (scripts: readonly Script[]) => [...new Set(scripts.flatMap(({ sdks }) => sdks))];
const named = (sdks: readonly string[]) => (sdks.length === 0 ? 'no SDK' : sdks.join(' and '));
