import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { missing, parts } from '../../src/network/parts';

test('a part that is missing is named with what to do about it, and only that', () => {
  const lines = missing([
    { name: 'here', remedy: 'nothing', isThere: () => true },
    { name: 'gone', remedy: 'get it', isThere: () => false },
  ]);
  expect(lines).toEqual(['gone: get it']);
});

test('root, namespaces, the wire, ping, a certificate, Chromium and livekit-server are looked for', () => {
  expect(parts.map(({ name }) => name)).toEqual([
    'Linux',
    'root',
    'ip',
    'vde_switch',
    'wirefilter',
    'ping',
    'openssl',
    'Chromium',
    'livekit-server',
  ]);
});

function network(env: NodeJS.ProcessEnv, ...names: readonly string[]) {
  const main = fileURLToPath(new URL('../../src/network/main.ts', import.meta.url));
  const args = ['--conditions=@avatarwire/source', '--import', 'tsx', main, ...names];
  return spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, ...env } });
}

test('pnpm network without its parts exits with 2, names them, and makes nothing', () => {
  const empty = mkdtempSync(join(tmpdir(), 'avatarwire-parts-'));
  try {
    const { status, stderr, stdout } = network({
      LIVEKIT_SERVER_BIN: join(empty, 'none'),
      CHROMIUM_BIN: join(empty, 'none'),
    });
    expect(status).toBe(2);
    expect(stderr).toContain('livekit-server: ');
    expect(stderr).toContain('Chromium: ');
    expect(stdout).toBe('');
  } finally {
    rmSync(empty, { recursive: true });
  }
});

test('pnpm network with a name that it does not know exits with 2 and says which there are', () => {
  const { status, stderr } = network({}, 'no-such-scenario');
  expect(status).toBe(2);
  expect(stderr).toContain('no-such-scenario');
  expect(stderr).toContain('blackout-interrupt');
});
