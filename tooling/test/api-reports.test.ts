import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reportFaults, writeReports } from '../api-reports/reports.ts';
import { type Package, packagesOf } from '../checks/workspace.ts';
import { makeTree, type Tree } from './fixtures/tree.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const entry = (name: string) => ({ types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` });
const manifest = (entries: readonly string[]) =>
  JSON.stringify({
    name: '@avatarwire/acme',
    exports: {
      '.': entry('index'),
      ...Object.fromEntries(entries.map((name) => [`./${name}`, entry(name)])),
      './package.json': './package.json',
    },
  });

let tree: Tree;
beforeEach(() => {
  tree = makeTree({
    'packages/acme/package.json': manifest(['node/server']),
    'packages/acme/dist/index.d.ts':
      'import { O as Options } from "./options-a1.js";\nexport declare function acme(options?: Options): void;',
    'packages/acme/dist/options-a1.d.ts':
      'interface Options {\n  readonly limitMs?: number;\n}\nexport type { Options as O };',
    'packages/acme/dist/node/server.d.ts':
      'import { Server } from "node:http";\nexport declare function serve(): Server;',
  });
  symlinkSync(join(root, 'node_modules'), join(tree.folder, 'node_modules'));
});
afterEach(() => tree.remove());

test('a surface that stays as it is passes; another one, a new and a former entry are found (real api-extractor)', () => {
  writeReports(acme());
  expect(readdirSync(reports()).sort()).toEqual(['index.api.md', 'node-server.api.md']);
  expect(reportFaults(acme())).toEqual([]);

  // A type that users meet, but cannot import by its name.
  tree.write({
    'packages/acme/dist/options-a1.d.ts':
      'interface Options {\n  readonly limitMs: number;\n}\nexport type { Options as O };',
    'packages/acme/dist/client.d.ts': 'export declare const client: number;',
    'packages/acme/package.json': manifest(['client']),
  });
  const remedy = 'run `pnpm api`, read what it changed, and commit it with a changeset';
  expect(reportFaults(acme())).toEqual([
    `packages/acme/api/index.api.md is not what users meet (line 13: "readonly limitMs?: number;" is now "readonly limitMs: number;"): ${remedy}`,
    `packages/acme/api/client.api.md is missing: ${remedy}`,
    `packages/acme/api/node-server.api.md is about no entry: ${remedy}`,
  ]);

  writeReports(acme());
  expect(readdirSync(reports()).sort()).toEqual(['client.api.md', 'index.api.md']);
});

test('what is not built, or does not compile, is an error and no report', () => {
  tree.write({ 'packages/acme/package.json': manifest(['client']) });
  expect(() => reportFaults(acme())).toThrow('packages/acme: "./client" is not built');

  tree.write({ 'packages/acme/dist/client.d.ts': 'export declare const client: Missing;' });
  expect(() => reportFaults(acme())).toThrow(/packages\/acme: api-extractor says .*Missing/);
});

const reports = () => join(tree.folder, 'packages/acme/api');

function acme(): Package {
  const [found] = packagesOf(tree.folder);
  if (found === undefined) throw new Error('no package was planted');
  return found;
}
