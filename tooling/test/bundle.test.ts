// What a user's page downloads, and when: from what a real Vite builds, and in a real Chromium.
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright';
import { build, defaultClientConditions, type Rolldown } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isAdapter, type Package, packagesOf } from '../checks/workspace.ts';
import { chromiumFlags } from '../setup/chromium-flags.ts';
import { findChromium } from '../setup/find-chromium.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const packages = packagesOf(root);
const adapters = packages.filter(isAdapter);
const sdkOf = ({ manifest }: Package) => Object.keys(manifest.peerDependencies ?? {});
const sdks = adapters.flatMap(sdkOf);

/** With what `connect()` goes as far as loading the SDK; none of it leads anywhere. */
const joins: Readonly<Record<string, { readonly options?: string; readonly credentials: object }>> = {
  agora: { credentials: { appId: '0'.repeat(32), channel: 'room', token: 'token', uid: 7 } },
  livekit: { credentials: { url: 'wss://livekit.invalid', token: 'token' } },
  trtc: { credentials: { sdkAppId: 1, room: 'room', userId: 'visitor', userSig: 'signature' } },
  webrtc: {
    options:
      "{ signalling: { role: 'offerer', open() {}, sendDescription() {}, sendCandidate() {}, close() {} } }",
    credentials: {},
  },
};

/** A page that uses core and one adapter, as the README shows it. */
function pageOver({ name }: Package, more = ''): string {
  const { options = '', credentials = {} } = joins[name] ?? {};
  const details = { provider: name, credentials };
  return `
    import { createAvatarSession } from '@avatarwire/core';
    import { ${name} } from './src/index.ts';
    ${more}
    globalThis.session = createAvatarSession({
      transports: { '${name}': () => ${name}(${options}) },
      source: ${JSON.stringify(details)},
    });
  `;
}

interface Built {
  readonly chunks: readonly Rolldown.OutputChunk[];
  readonly entry: Rolldown.OutputChunk;
}

/** As if `code` stood in the adapter's folder, where core and the SDK can be imported by name. */
async function buildPage({ folder }: Package, code: string): Promise<Built> {
  const page = join(folder, 'page-under-test.ts');
  const result = await build({
    configFile: false,
    root: folder,
    logLevel: 'silent',
    resolve: { conditions: ['@avatarwire/source', ...defaultClientConditions] },
    plugins: [
      {
        name: 'page-under-test',
        enforce: 'pre',
        resolveId: (id) => (id === page ? id : undefined),
        load: (id) => (id === page ? code : undefined),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      // What is asked is what goes where; making it small takes most of the time.
      minify: false,
      rolldownOptions: { input: page, output: { entryFileNames: 'page.js' } },
    },
  });
  if (!('output' in result)) throw new Error('Vite built more than one page.');
  const chunks = result.output.filter((file) => file.type === 'chunk');
  const entry = chunks.find(({ isEntry }) => isEntry);
  if (entry === undefined) throw new Error('Vite built no page.');
  return { chunks, entry };
}

const pages = new Map<Package, Promise<Built>>();

/** The page over `adapter`, built once. */
function pageOf(adapter: Package): Promise<Built> {
  const page = pages.get(adapter) ?? buildPage(adapter, pageOver(adapter));
  pages.set(adapter, page);
  return page;
}

/** What is loaded with the page, before anything is called. */
function loadedAtOnce({ chunks, entry }: Built): Rolldown.OutputChunk[] {
  const loaded = new Set([entry]);
  for (const { imports } of loaded) {
    for (const chunk of chunks) if (imports.includes(chunk.fileName)) loaded.add(chunk);
  }
  return [...loaded];
}

/** Installed packages in chunks, our own and Vite's helpers left out. */
function packagesIn(chunks: readonly Rolldown.OutputChunk[]): string[] {
  const names = chunks
    .flatMap(({ moduleIds }) => moduleIds)
    .flatMap((id) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1] ?? []);
  return [...new Set(names)].sort();
}

describe('a page built with Vite from core and one adapter', () => {
  for (const adapter of adapters) {
    const [sdk] = sdkOf(adapter);

    test(`over ${adapter.name}: ${sdk === undefined ? 'no SDK at all' : `${sdk} alone, in a chunk that only connect() asks for`}`, async () => {
      const built = await pageOf(adapter);
      const { chunks, entry } = built;

      expect(packagesIn(loadedAtOnce(built)), 'what comes with the page').toEqual([]);
      expect(packagesIn(chunks).filter((name) => sdks.includes(name))).toEqual(
        sdk === undefined ? [] : [sdk],
      );
      if (sdk === undefined) {
        expect(packagesIn(chunks)).toEqual([]);
        return;
      }
      const own = chunks.filter((chunk) => packagesIn([chunk]).includes(sdk));
      expect(own.map(({ fileName }) => fileName)).toEqual([expect.stringMatching(/^assets\/.+\.js$/)]);
      expect(entry.dynamicImports).toEqual(own.map(({ fileName }) => fileName));
      expect(own.flatMap(({ moduleIds }) => moduleIds).filter((id) => id.includes('/packages/'))).toEqual([]);
    });
  }

  test('an SDK that comes with the page would be found', async () => {
    const livekit = adapters.find(({ name }) => name === 'livekit');
    if (livekit === undefined) throw new Error('packages/livekit is gone; plant another SDK here');
    const built = await buildPage(
      livekit,
      pageOver(livekit, "import { Room } from 'livekit-client'; globalThis.Room = Room;"),
    );
    expect(packagesIn(loadedAtOnce(built))).toContain('livekit-client');
  });
});

describe.skipIf(findChromium() === undefined)(
  'that page in a real Chromium, cut off from every network',
  () => {
    let browser: Browser;
    let server: Server | undefined;
    beforeAll(async () => {
      const executablePath = findChromium();
      browser = await chromium.launch({
        ...(executablePath !== undefined && { executablePath }),
        args: [...chromiumFlags],
      });
    });
    afterEach(() => {
      server?.closeAllConnections();
      server?.close();
    });
    afterAll(() => browser?.close());

    for (const adapter of adapters.filter(({ name }) => name in joins)) {
      const [sdk] = sdkOf(adapter);

      test(`over ${adapter.name}: ${sdk ?? 'nothing more'} is downloaded by connect(), and not before`, async () => {
        const { chunks } = await pageOf(adapter);
        const files = new Map(chunks.map(({ fileName, code }) => [`/${fileName}`, code]));
        server = createServer(({ url = '/' }, response) => {
          const code = files.get(url);
          response.setHeader('content-type', code === undefined ? 'text/html' : 'text/javascript');
          response.end(
            code ??
              '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
          );
        });
        const listening = server;
        await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
        const { port } = listening.address() as { port: number };
        const address = `http://127.0.0.1:${port}`;

        const context = await browser.newContext();
        const page = await context.newPage();
        const scripts: string[] = [];
        await context.route(
          ({ origin }) => origin !== address,
          (route) => route.abort(),
        );
        await page.routeWebSocket(/.*/, (socket) => socket.close());
        page.on('request', (request) => {
          if (request.resourceType() === 'script') scripts.push(new URL(request.url()).pathname);
        });
        await page.goto(address);
        await page.waitForFunction('globalThis.session !== undefined');
        await page.waitForLoadState('networkidle');
        expect(scripts).toEqual(['/page.js']);

        await page.evaluate('void globalThis.session.connect().catch(() => {})');
        const wanted = chunks
          .filter(({ fileName }) => fileName !== 'page.js')
          .map(({ fileName }) => `/${fileName}`);
        await expect.poll(() => scripts.slice(1).sort(), { timeout: 15_000 }).toEqual(wanted.sort());
        expect(wanted).toHaveLength(sdk === undefined ? 0 : 1);
        await page.evaluate('globalThis.session.close()');
        await context.close();
      });
    }
  },
);

describe('every published entry', () => {
  const entries = packages.flatMap(({ name, folder, manifest }) =>
    Object.entries(manifest.exports ?? {}).flatMap(([entry, target]) =>
      typeof target === 'string'
        ? []
        : [
            {
              name: `@avatarwire/${name}${entry.slice(1)}`,
              source: join(folder, target['@avatarwire/source'] ?? ''),
            },
          ],
    ),
  );
  /** Cannot be imported outside a run of vitest, which is what it is for. */
  const onlyInVitest = '@avatarwire/conformance/vitest';

  test('is imported in plain Node, from source, without a window and without loading an SDK', async () => {
    const there = entries.filter(({ name }) => name !== onlyInVitest);
    expect(there.length).toBeGreaterThan(8);
    const outcome = await importAll(there.map(({ source }) => source));
    expect(outcome.failed).toEqual([]);
    expect(outcome.imported).toBe(there.length);
    expect(outcome.sdks).toEqual([]);
  });

  test(`${onlyInVitest} is imported in vitest`, async () => {
    const entry = entries.find(({ name }) => name === onlyInVitest);
    expect(await import(pathToFileURL(entry?.source ?? '').href)).toHaveProperty('describeTransport');
  });
});

interface Outcome {
  readonly imported: number;
  /** File and message. */
  readonly failed: readonly string[];
  /** SDKs that were asked for on the way. */
  readonly sdks: readonly string[];
}

/** One process for all: nothing but what each entry needs itself is installed for it. */
async function importAll(files: readonly string[]): Promise<Outcome> {
  const child = spawn(
    process.execPath,
    ['--conditions=@avatarwire/source', '--import', 'tsx', '--input-type=module', '--eval', importer],
    { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  child.stdin.end(JSON.stringify({ files, sdks }));
  let output = '';
  for await (const text of child.stdout.setEncoding('utf8')) output += text;
  return JSON.parse(output) as Outcome;
}

const importer = `
  import { register } from 'node:module';
  import { MessageChannel } from 'node:worker_threads';
  import { text } from 'node:stream/consumers';

  const { files, sdks } = JSON.parse(await text(process.stdin));
  const { port1, port2 } = new MessageChannel();
  const asked = new Set();
  const LAST = 'data:text/javascript,';
  // Messages come in their own time: what was asked before the last one has come when that one has.
  const allCame = new Promise((resolve) => {
    port1.on('message', (specifier) => {
      asked.add(specifier);
      if (specifier === LAST) resolve();
    });
  });
  const hook = \`
    let port;
    export const initialize = (given) => { port = given; };
    export const resolve = (specifier, context, next) => {
      port.postMessage(specifier);
      return next(specifier, context);
    };
  \`;
  register('data:text/javascript,' + encodeURIComponent(hook), { data: port2, transferList: [port2] });

  const failed = [];
  let imported = 0;
  for (const file of files) {
    try {
      await import(file);
      imported += 1;
    } catch (error) {
      failed.push(file + ': ' + error);
    }
  }
  await import(LAST);
  await allCame;
  port1.close();
  const names = [...asked].filter((specifier) => sdks.some((sdk) => specifier === sdk || specifier.startsWith(sdk + '/')));
  process.stdout.write(JSON.stringify({ imported, failed, sdks: names }));
`;
