// @vitest-environment happy-dom
// The tests of this folder once more, with a real React 18 where React 19 is otherwise.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, expect, test } from 'vitest';

const here = import.meta.dirname;
// Inside the package, so that what stays an import is found from there.
const folder = join(here, '../node_modules/.react-18');
const files = readdirSync(here).filter((name) => /^[^.]+[.]test[.]tsx$/.test(name));

await build({
  entryPoints: files.map((name) => join(here, name)),
  // Aliases are looked up from here.
  absWorkingDir: join(here, '..'),
  outdir: folder,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'browser',
  jsx: 'automatic',
  conditions: ['@avatarwire/source'],
  external: ['vitest'],
  alias: { react: 'react-18', 'react-dom': 'react-dom-18' },
  define: { 'process.env.NODE_ENV': '"test"' },
  logLevel: 'error',
});
for (const name of files)
  await import(/* @vite-ignore */ pathToFileURL(join(folder, name.replace(/tsx$/, 'mjs'))).href);

afterAll(() => rmSync(folder, { recursive: true }));

test('each of them ran with React 18 and no other', () => {
  expect(files.length).toBeGreaterThan(3);
  for (const name of files) {
    const bundle = readFileSync(join(folder, name.replace(/tsx$/, 'mjs')), 'utf8');
    expect([name, bundle.includes('"18.3.1"'), bundle.includes('"19.')]).toEqual([name, true, false]);
  }
});
