/**
 * A page under development, as its author has it: files on the disk behind a real Vite with React's own plugin, open in
 * a real Chromium; and behind its sessions a real broker and the mock of AKOOL over HTTP.
 */

import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { presets } from '@avatarwire/broker';
import { serveBroker } from '@avatarwire/broker/node';
import { sqliteStore } from '@avatarwire/broker/sqlite';
import { akoolServer } from '@avatarwire/services/akool/server';
import { type MockServices, startMockServices } from '@avatarwire/simulator/services';
import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';
import react from '@vitejs/plugin-react';
import { type CDPSession, chromium, type Page } from 'playwright';
import { createServer, defaultClientConditions } from 'vite';

export interface Stage {
  readonly page: Page;
  readonly akool: MockServices['akool'];
  /** What went wrong in the page, by its own words. */
  readonly complaints: readonly string[];
  /** Changes a file of the page on the disk. */
  edit(file: string, from: string, to: string): Promise<void>;
  /** After the garbage was collected. */
  memory(): Promise<{ readonly heapBytes: number; readonly listeners: number; readonly nodes: number }>;
  close(): Promise<void>;
}

const site = join(import.meta.dirname, 'site');
const ownPackage = join(import.meta.dirname, '../..');
const workspace = join(ownPackage, '../..');

/** @param alias which React the page has */
export async function startStage(executablePath: string, alias: Record<string, string>): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'avatarwire-react-page-'));
  const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true })];
  const close = async () => {
    for (const end of undo.splice(0).reverse()) await end();
  };
  try {
    await cp(site, folder, { recursive: true });
    await symlink(join(ownPackage, 'node_modules'), join(folder, 'node_modules'));
    const origin = await serveSite(folder, alias, undo);
    const { akool, url } = await serveSessions(folder, origin, undo);

    const browser = await chromium.launch({ executablePath, args: [...chromiumFlags] });
    undo.push(() => browser.close());
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(`${origin}/?${new URLSearchParams({ broker: `${url}/api/avatar` })}`);
    await page.waitForFunction(() => 'pageUnderTest' in globalThis);
    page.on('framenavigated', () => complaints.push('The page was loaded anew.'));
    const tools = await page.context().newCDPSession(page);

    return {
      page,
      akool,
      complaints,
      async edit(file, from, to) {
        const text = await readFile(join(folder, file), 'utf8');
        if (!text.includes(from)) throw new Error(`${file} has no "${from}"`);
        await writeFile(join(folder, file), text.replace(from, to));
      },
      memory: () => memoryOf(tools),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function serveSite(
  folder: string,
  alias: Record<string, string>,
  undo: (() => Promise<unknown>)[],
): Promise<string> {
  const vite = await createServer({
    configFile: false,
    root: folder,
    cacheDir: join(folder, '.vite'),
    logLevel: 'error',
    plugins: [react()],
    resolve: {
      conditions: ['@avatarwire/source', ...defaultClientConditions],
      alias: { ...alias, '@avatarwire/react': join(ownPackage, 'src/index.ts') },
    },
    // One that is found late would reload the page.
    optimizeDeps: {
      include: ['react', 'react-dom', 'react-dom/client', 'react/jsx-dev-runtime'].map((name) =>
        name.replace(/^react(-dom)?/, (whole) => alias[whole] ?? whole),
      ),
    },
    server: {
      host: '127.0.0.1',
      port: 0,
      fs: { allow: [folder, workspace] },
      // Only the page's own files change.
      watch: { ignored: [`${workspace}/**`] },
    },
  });
  undo.push(() => vite.close());
  await vite.listen();
  const address = vite.httpServer?.address();
  if (typeof address !== 'object' || address === null) throw new Error('Vite does not listen');
  return `http://127.0.0.1:${address.port}`;
}

async function serveSessions(folder: string, origin: string, undo: (() => Promise<unknown>)[]) {
  const mock = await startMockServices();
  undo.push(() => mock.close());
  const { url, close } = await serveBroker({
    services: [akoolServer({ apiKey: mock.keys.akool.apiKey, baseUrl: mock.urls.akool })],
    authorize: presets(
      { guide: { service: 'akool', avatarId: 'dvp_Tristan_cloth2_1080P', durationSeconds: 300 } },
      { default: 'guide' },
    ),
    store: sqliteStore({ file: join(folder, 'sessions.sqlite') }),
    allowedOrigins: [origin],
    // One visitor who tries many things at once; the limits have tests of their own.
    limits: {
      sessionsPerCaller: 1_000,
      sessionsInAll: 1_000,
      secondsPerCallerAndDay: 1_000_000,
      opensPerMinute: 1_000,
      opensInAllPerMinute: 1_000,
      closesPerMinute: 1_000,
    },
  });
  undo.push(() => close({ sessions: 'close' }));
  return { akool: mock.akool, url };
}

async function memoryOf(tools: CDPSession) {
  await tools.send('HeapProfiler.enable');
  // What a finaliser lets go of is garbage only the next time.
  for (let time = 0; time < 3; time += 1) await tools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await tools.send('Runtime.getHeapUsage');
  const { jsEventListeners, nodes } = await tools.send('Memory.getDOMCounters');
  return { heapBytes: usedSize, listeners: jsEventListeners, nodes };
}
