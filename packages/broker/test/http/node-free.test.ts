import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EdgeRun } from './support/edge-entry';

const ENTRY = fileURLToPath(new URL('./support/edge-entry.ts', import.meta.url));
const NODE_GLOBALS = ['process', 'Buffer', 'global', 'setImmediate', 'require', '__dirname', '__filename'];

/** A global of Node, wherever it is used in the bundle. */
const MARK = '__global_of_node__';

/** What web standards have, and every runtime at the edge. */
const WEB = [
  'AbortController',
  'AbortSignal',
  'DOMException',
  'Headers',
  'ReadableStream',
  'Request',
  'Response',
  'TextDecoder',
  'TextDecoderStream',
  'TextEncoder',
  'TransformStream',
  'URL',
  'URLSearchParams',
  'atob',
  'btoa',
  'clearTimeout',
  'crypto',
  'fetch',
  'performance',
  'queueMicrotask',
  'setTimeout',
  'structuredClone',
];

let code = '';
const wantedOfNode: string[] = [];

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'edge',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['@avatarwire/source', 'worker', 'import'],
    define: Object.fromEntries(NODE_GLOBALS.map((name) => [name, `${MARK}.${name}`])),
    logLevel: 'silent',
    plugins: [
      {
        name: 'what-is-wanted-of-node',
        setup({ onResolve }) {
          onResolve({ filter: /^[a-z_/:]+$/ }, ({ path, importer }) => {
            if (!path.startsWith('node:') && !builtinModules.includes(path)) return undefined;
            wantedOfNode.push(`${path} by ${importer}`);
            return { path, external: true };
          });
        },
      },
    ],
  });
  code = outputFiles[0]?.text ?? '';
});

describe('the handler, the memory store and the login by web token, bundled', () => {
  it('import no module of Node', () => {
    expect(code).toContain('createBroker');
    expect(wantedOfNode).toEqual([]);
  });

  it('use no global of Node', () => {
    expect(code.match(new RegExp(`.*${MARK}.*`, 'g')) ?? []).toEqual([]);
  });

  it('open, hear, call and close where there is nothing but web standards', async () => {
    const web = Object.fromEntries(WEB.map((name) => [name, Reflect.get(globalThis, name)]));
    const context = createContext(web);
    expect(runInContext('typeof process + typeof Buffer + typeof require', context)).toBe(
      'undefinedundefinedundefined',
    );
    runInContext(code, context);
    const done = (await runInContext('edge.run()', context)) as EdgeRun;
    expect(done.statuses).toEqual([201, 204, 200, 400, 200, 204]);
    expect(done.standing).toBe(0);
    expect(done.jwt.length).toBeGreaterThan(0);
  });
});
