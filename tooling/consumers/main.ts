// `pnpm check:consumers [NAME…] [--keep]`: the packages as people use them. They have to be built already.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { packAll } from '../checks/packed.ts';
import { report } from '../checks/report.ts';
import { eachAlone } from './alone.ts';
import { launch } from './browser.ts';
import { withVite, withWebpack } from './bundlers.ts';
import type { Check, Tools } from './check.ts';
import { inNext } from './next.ts';
import { inNode } from './node.ts';
import { withPeers } from './peers.ts';
import { byScriptTag } from './script-tag.ts';
import { perName } from './sizes.ts';
import { withTwoCores } from './two-cores.ts';
import { inTypeScript } from './types.ts';
import { readCatalog } from './versions.ts';

const checks: Readonly<Record<string, Check>> = {
  next: inNext,
  typescript: inTypeScript,
  webpack: withWebpack,
  vite: withVite,
  'script-tag': byScriptTag,
  node: inNode,
  alone: eachAlone,
  peers: withPeers,
  'two-cores': withTwoCores,
  sizes: perName,
};
/** As many as a small machine has cores: installing waits for the network, building does not. */
const AT_ONCE = 2;

const root = process.cwd();
const args = process.argv.slice(2);
const chosen = args.filter((arg) => !arg.startsWith('--'));
const queue = Object.entries(checks).filter(([name]) => chosen.length === 0 || chosen.includes(name));
if (queue.length < chosen.length) throw new Error(`There is: ${Object.keys(checks).join(', ')}.`);

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'avatarwire-consumers-')));
let browser: Promise<Browser> | undefined;
try {
  const tools: Tools = {
    folder,
    // Not above the projects: what is there would be found by whoever does not install it.
    packages: await packAll(root, join(folder, 'packed')),
    catalog: readCatalog(root),
    browser: () => {
      browser ??= launch();
      return browser;
    },
  };
  const faults: string[] = [];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [name, check] = next;
      const started = performance.now();
      const found = await check(tools).catch((error: unknown) => [String(error)]);
      faults.push(...found.map((fault) => `${name}: ${fault}`));
      const seconds = ((performance.now() - started) / 1_000).toFixed(1);
      process.stderr.write(`consumers: ${name}, ${seconds} s, ${found.length === 0 ? 'fine' : 'to mend'}\n`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  report(`consumers of ${tools.packages.length} packed packages`, faults);
} finally {
  await (await browser)?.close();
  if (args.includes('--keep')) process.stderr.write(`consumers: left in ${folder}\n`);
  else rmSync(folder, { recursive: true, force: true });
}
