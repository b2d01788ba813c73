/** Two pages in one cloud, one the visitor's and one the avatar's, and what goes between them. */

import type { Provider } from '@avatarwire/core';
import { findChromium } from '@avatarwire/tooling/chromium';
import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import type { Access, LiveProvider, Values } from './live-provider';
import type { FarSide, Seat } from './page/far-side';
import { servePage } from './page-files';
import type { ProviderName } from './providers/index';
import type { Results } from './results';

export interface RunOptions<P extends Provider & ProviderName> {
  readonly provider: LiveProvider<P>;
  readonly values: Values;
  /** Doubles in the place of SDKs. Their cloud lives in one page, so visitor and avatar share it. */
  readonly emulated: boolean;
  /** Told of every secret that is made. */
  onSecret(secret: string): void;
}

export async function runProvider<P extends Provider & ProviderName>(
  options: RunOptions<P>,
): Promise<Results> {
  const { provider, values, emulated } = options;
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('There is no Chromium: run `pnpm setup:tests` once.');
  const access = emulated ? undefined : await provider.access(values);
  const opened: (() => Promise<void>)[] = [];
  try {
    const files = await servePage();
    opened.push(files.close);
    const browser = await chromium.launch({ executablePath, args: [...chromiumFlags] });
    opened.push(() => browser.close());
    const context = await openContext(browser, emulated || access?.isLocal === true);
    const pages: { visitor?: Page; avatar?: Page } = {};
    await offerNode(context, pages, async (room, who) => {
      const credentials = await credentialsOf(access, room, who);
      options.onSecret(String(credentials[provider.secretField]));
      return credentials;
    });
    const open = async () => {
      const page = await context.newPage();
      await page.goto(files.url);
      await page.waitForFunction(() => globalThis.live !== undefined);
      await page.evaluate(([name, isEmulated]) => globalThis.live.open(name, isEmulated), [
        provider.provider,
        emulated,
      ] as const);
      return page;
    };
    pages.visitor = await open();
    pages.avatar = emulated ? pages.visitor : await open();
    return await pages.visitor.evaluate(
      () => globalThis.live.page?.run() ?? Promise.reject(new Error('not open')),
    );
  } finally {
    for (const close of opened.reverse()) await close();
  }
}

async function openContext(browser: Browser, staysHere: boolean): Promise<BrowserContext> {
  const context = await browser.newContext();
  if (staysHere) {
    await context.route(
      ({ hostname }) => hostname !== '127.0.0.1' && hostname !== 'localhost',
      (route) => route.abort(),
    );
  }
  return context;
}

async function offerNode(
  context: BrowserContext,
  pages: { readonly visitor?: Page; readonly avatar?: Page },
  credentialsFor: (room: string, who: string) => Promise<unknown>,
): Promise<void> {
  await context.exposeFunction('credentialsFor', credentialsFor);
  await context.exposeFunction('callFar', (method: keyof FarSide, args: readonly unknown[]) =>
    pages.avatar?.evaluate(([called, given]) => globalThis.live.page?.far(called, given), [
      method,
      args,
    ] as const),
  );
  await context.exposeFunction('tellVisitor', (seat: Seat, bytes: readonly number[]) =>
    pages.visitor?.evaluate(([from, data]) => globalThis.live.page?.heard(from, data), [
      seat,
      bytes,
    ] as const),
  );
}

async function credentialsOf<P extends Provider>(access: Access<P> | undefined, room: string, who: string) {
  if (access === undefined) throw new Error('A double gives its own credentials.');
  return access.credentials(room, who);
}
