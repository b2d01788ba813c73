// What a server has: Node, and no document, window or media. Once with React 19, once with a real React 18.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, expect, test, vi } from 'vitest';
import { fakeSession } from './fake-session';

const here = import.meta.dirname;
// Inside the package, so that what stays an import is found from there.
const folder = join(here, '../node_modules/.on-a-server');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['19', {}],
  ['18', { react: 'react-18', 'react-dom': 'react-dom-18' }],
])('every hook and component renders in Node with React %s', async (version, alias) => {
  const outfile = join(folder, `react-${version}.cjs`);
  await build({
    entryPoints: [join(here, 'every-hook.tsx')],
    absWorkingDir: join(here, '..'),
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    jsx: 'automatic',
    conditions: ['@avatarwire/source'],
    alias,
    logLevel: 'error',
  });
  const { renderedOnServer }: typeof import('./every-hook') = (
    await import(/* @vite-ignore */ pathToFileURL(outfile).href)
  ).default;
  expect(typeof document + typeof window + typeof MediaStream).toBe('undefined'.repeat(3));
  const complaints = vi.spyOn(console, 'error');
  const session = fakeSession();
  const text = renderedOnServer(session).replace(/<!-- -->/g, '');
  expect(text).toContain('idle, 0 messages, no ms left, no ms there and back');
  expect(text).toMatch(/<video [^>]*muted=""[^>]*>/);
  expect(complaints).not.toHaveBeenCalled();
  complaints.mockRestore();
  expect(session.calls.connect + session.listeners.size).toBe(0);
});
