/**
 * What a page that ends leaves behind: the mock of AKOOL over HTTP, a real broker on Node's HTTP server with an SQLite
 * file, and a page of another origin in a real Chromium.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrokerTimings, presets } from '@avatarwire/broker';
import { serveBroker } from '@avatarwire/broker/node';
import { sqliteStore } from '@avatarwire/broker/sqlite';
import { akoolServer } from '@avatarwire/services/akool/server';
import { type MockRooms, type MockServices, startMockServices } from '@avatarwire/simulator/services';
import { build } from 'esbuild';
import { openVisitor, type Visitor } from './visitor';

/** The rules of the broker, shortened so that they can be waited for; a busy machine must not pass for a silent page. */
export const SHORT: Pick<BrokerTimings, 'beatMs' | 'silenceMs'> & { readonly sweepEveryMs: number } = {
  beatMs: 300,
  silenceMs: 3_000,
  sweepEveryMs: 100,
};

export interface PageStage {
  readonly akool: MockServices['akool'];
  /** When the broker last heard of a page, on this process's `performance.now()`. */
  readonly lastSignAt: number;
  /** How many signs it has heard. */
  readonly signs: number;
  /** Whether whoever asked last to open a session has hung up. */
  readonly hungUp: boolean;
  /** Why the broker closed the sessions that it has closed, in that order. */
  readonly reasons: readonly string[];
  /** A Chromium of its own, with the page in it. */
  visitor(): Promise<Visitor>;
  close(): Promise<void>;
}

/** @param rooms with real LiveKit rooms, where the avatars are. @default in the memory of each page */
export async function startPageStage(executablePath: string, rooms?: MockRooms): Promise<PageStage> {
  const folder = await mkdtemp(join(tmpdir(), 'avatarwire-page-ends-'));
  const mock = await startMockServices(rooms ? { rooms } : {});
  const site = await servePage(await bundledPage());
  const visitors: Visitor[] = [];
  const reasons: string[] = [];
  let lastSignAt = 0;
  let signs = 0;
  let asking: AbortSignal | undefined;
  const { sweepEveryMs, ...timings } = SHORT;
  const served = await serveBroker({
    services: [akoolServer({ apiKey: mock.keys.akool.apiKey, baseUrl: mock.urls.akool })],
    authenticate({ url, headers, signal }) {
      if (url.endsWith('/sessions')) asking = signal;
      return headers.has('authorization') ? { id: 'visitor' } : undefined;
    },
    authorize: presets(
      { guide: { service: 'akool', avatarId: 'dvp_Tristan_cloth2_1080P', durationSeconds: 300 } },
      { default: 'guide' },
    ),
    store: sqliteStore({ file: join(folder, 'sessions.sqlite') }),
    allowedOrigins: [site.origin],
    timings,
    sweepEveryMs,
    limits: { opensPerMinute: 100, urgentCallsPerMinute: 600 },
    observe(seen) {
      if (seen.type === 'closed') reasons.push(seen.reason);
      if (seen.type !== 'request' || seen.method !== 'POST' || !seen.route.endsWith('/beat')) return;
      if (seen.status !== 204) return;
      lastSignAt = performance.now();
      signs += 1;
    },
  });

  return {
    akool: mock.akool,
    reasons,
    get lastSignAt() {
      return lastSignAt;
    },
    get signs() {
      return signs;
    },
    get hungUp() {
      return asking?.aborted === true;
    },
    async visitor() {
      const parameters = new URLSearchParams({
        broker: `${served.url}/api/avatar`,
        ...(rooms && { livekit: '' }),
      });
      const visitor = await openVisitor(executablePath, `${site.origin}/?${parameters}`);
      visitors.push(visitor);
      return visitor;
    },
    async close() {
      await Promise.all(visitors.map((visitor) => visitor.close()));
      await served.close({ sessions: 'close' });
      await mock.close();
      await site.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function bundledPage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./page.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    conditions: ['@avatarwire/source'],
  });
  return outputFiles[0]?.text ?? '';
}

async function servePage(script: string): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const page = '<!doctype html><link rel="icon" href="data:,"><script src="/page.js"></script>';
  const server = createServer(({ url = '/' }, response) => {
    const isScript = url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    if (isScript) response.end(script);
    else
      response.end(url.startsWith('/?') ? page : '<!doctype html><link rel="icon" href="data:,">Elsewhere');
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
