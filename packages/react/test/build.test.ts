import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'avatarwire-react-'));
const built = () => readdirSync(folder).filter((name) => name.endsWith('.js'));
const read = (name: string) => readFileSync(join(folder, name));

beforeAll(() => {
  const { status, stderr } = spawnSync('tsup', ['--no-dts', '--minify', '--out-dir', folder], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

test('every file of the real build begins with the line that lets a server component import it', () => {
  expect(built()).toContain('index.js');
  for (const name of built()) expect(read(name).toString(), name).toMatch(/^['"]use client['"];/);
});

test('the real build, minified and gzipped, stays within 3 kB and carries neither React nor core', () => {
  const bytes = built().reduce((sum, name) => sum + gzipSync(read(name)).byteLength, 0);
  expect(bytes).toBeLessThanOrEqual(3_000);
  expect(read('index.js').toString()).toMatch(
    /from\s*["']@avatarwire\/core["'][^]*from\s*["']react["']|from\s*["']react["'][^]*from\s*["']@avatarwire\/core["']/,
  );
});
