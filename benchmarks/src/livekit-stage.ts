/** A page in a real Chromium beside a real livekit-server: for what only these two can tell. */

import { fileURLToPath } from 'node:url';
import { findChromium } from '@avatarwire/tooling/chromium';
import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';
import {
  findLivekitServer,
  type LivekitServer,
  startLivekitServer,
} from '@avatarwire/tooling/livekit-server';
import { build } from 'esbuild';
import { chromium, type Page } from 'playwright';
import type { Result } from './report';

export interface LivekitStage {
  readonly page: Page;
  readonly url: string;
  /** The script that was put into the page. */
  readonly code: string;
  /** Tokens of a room of its own, one for each of `identities`. */
  tokens<Identity extends string>(
    ...identities: readonly Identity[]
  ): Promise<Readonly<Record<Identity, string>>>;
}

/** False: say so with {@link notMeasured}. */
export const haveLivekit = findChromium() !== undefined && findLivekitServer() !== undefined;

export function notMeasured(what: string, target: string): Result {
  const value = 'not measured: it needs a Chromium and a livekit-server (`pnpm test` gets both)';
  return { what, target, value, comparison: '–' };
}

/** @param entry the page's code, as a path beside this file; what it exports is the page's global `name` */
export async function withLivekitPage<T>(
  entry: string,
  name: string,
  use: (stage: LivekitStage) => Promise<T>,
): Promise<T> {
  const executablePath = findChromium();
  const server = await startLivekitServer();
  try {
    const browser = await chromium.launch({
      ...(executablePath !== undefined && { executablePath }),
      args: [...chromiumFlags],
    });
    try {
      const page = await browser.newPage();
      // The server's own sign of life serves as the page: only a page from loopback may talk to loopback.
      await page.goto(server.httpUrl);
      const code = await bundle(entry, name);
      await page.addScriptTag({ content: code });
      return await use({
        page,
        url: server.url,
        code,
        tokens: (...identities) => tokensFor(server, identities),
      });
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

let rooms = 0;

async function tokensFor<Identity extends string>(
  server: LivekitServer,
  identities: readonly Identity[],
): Promise<Readonly<Record<Identity, string>>> {
  const room = `room ${++rooms}`;
  const rights = { roomJoin: true, room, canPublish: true, canSubscribe: true, canPublishData: true };
  const pairs = identities.map(async (identity) => [identity, await server.token(identity, rights)] as const);
  return Object.fromEntries(await Promise.all(pairs)) as Record<Identity, string>;
}

async function bundle(entry: string, name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: name,
    target: 'es2022',
    platform: 'browser',
    conditions: ['@avatarwire/source'],
    logLevel: 'silent',
  });
  return `${outputFiles[0]?.text ?? ''};globalThis.${name} = ${name};`;
}
