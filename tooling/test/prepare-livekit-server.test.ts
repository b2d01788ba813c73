import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { buildLivekitServer } from '../setup/build-livekit-server.ts';
import { downloadLivekitServer } from '../setup/download-livekit-server.ts';
import { findLivekitServer, livekitServerCache } from '../setup/find-livekit-server.ts';
import { livekitServerVersion } from '../setup/livekit-server-version.ts';
import { prepareLivekitServer } from '../setup/prepare-livekit-server.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'avatarwire-setup-'));
  mkdirSync(join(folder, 'bin'));
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
  vi.stubEnv('LIVEKIT_SERVER_BIN', undefined);
  vi.stubEnv('PATH', `${join(folder, 'bin')}:/usr/bin:/bin`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('finding a livekit-server', () => {
  test('what LIVEKIT_SERVER_BIN names comes before the PATH, and the PATH before the cache', () => {
    mkdirSync(livekitServerCache(), { recursive: true });
    const cached = program(join(livekitServerCache(), 'server'));
    expect(findLivekitServer()).toBe(cached);

    const onPath = program(join(folder, 'bin', 'livekit-server'));
    expect(findLivekitServer()).toBe(onPath);

    const named = program(join(folder, 'named'));
    vi.stubEnv('LIVEKIT_SERVER_BIN', named);
    expect(findLivekitServer()).toBe(named);
  });

  test('a LIVEKIT_SERVER_BIN that names nothing is reported, and nothing else is tried', async () => {
    program(join(folder, 'bin', 'livekit-server'));
    vi.stubEnv('LIVEKIT_SERVER_BIN', join(folder, 'not-there'));
    const said: string[] = [];

    await expect(prepareLivekitServer((line) => said.push(line))).resolves.toEqual({
      missing: 'LIVEKIT_SERVER_BIN names no program that can be run',
    });
    expect(said).toEqual([]);
  });
});

describe('building a livekit-server', () => {
  test('Go is asked for the pinned version by name, without C, and the result lands in the cache', async () => {
    const notes = join(folder, 'notes');
    program(
      join(folder, 'bin', 'go'),
      `echo "$* CGO_ENABLED=$CGO_ENABLED" > ${notes}; printf '#!/bin/sh\\n' > "$GOBIN/server"; chmod +x "$GOBIN/server"`,
    );

    await expect(buildLivekitServer()).resolves.toEqual({ path: join(livekitServerCache(), 'server') });

    expect(readFileSync(notes, 'utf8')).toMatch(
      /^install github\.com\/livekit\/livekit-server\/cmd\/server@v\d+\.\d+\.\d+ CGO_ENABLED=0$/m,
    );
    expect(findLivekitServer()).toBe(join(livekitServerCache(), 'server'));
  });

  test('a build that fails leaves nothing behind', async () => {
    program(join(folder, 'bin', 'go'), 'exit 1');

    await expect(buildLivekitServer()).resolves.toEqual({ missing: 'Go could not build it' });
    expect(
      readdirSync(join(folder, 'cache', 'avatarwire')).filter((name) => name.startsWith('build-')),
    ).toEqual([]);
  });
});

describe.runIf(process.platform === 'linux')('downloading a livekit-server', () => {
  let releases: Server;
  let url: string;
  const files = new Map<string, Buffer>();

  beforeEach(async () => {
    files.clear();
    releases = createServer(({ url: path = '' }, answer) => {
      const bytes = files.get(path.slice(1));
      answer.writeHead(bytes === undefined ? 404 : 200).end(bytes);
    });
    await new Promise<void>((resolve) => releases.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(releases.address() as { port: number }).port}`;
  });
  afterEach(() => releases.close());

  test('an archive with the listed checksum is unpacked into the cache', async () => {
    release(({ name, sha256 }) => `${'0'.repeat(64)}  other.tar.gz\n${sha256}  ${name}\n`);

    await expect(downloadLivekitServer(url)).resolves.toEqual({ path: join(livekitServerCache(), 'server') });
    expect(findLivekitServer()).toBe(join(livekitServerCache(), 'server'));
  });

  test('an archive with another checksum is refused', async () => {
    release(({ name }) => `${'0'.repeat(64)}  ${name}\n`);

    await expect(downloadLivekitServer(url)).resolves.toEqual({
      missing: expect.stringMatching(/does not have the checksum/),
    });
    expect(findLivekitServer()).toBeUndefined();
  });

  test('an archive that the list does not name is refused', async () => {
    release(() => '');

    await expect(downloadLivekitServer(url)).resolves.toEqual({
      missing: expect.stringMatching(/does not name livekit_/),
    });
  });

  test('a release that is not there is a reason, not an exception', async () => {
    await expect(downloadLivekitServer(url)).resolves.toEqual({
      missing: 'it could not be downloaded (status 404)',
    });
  });

  function release(checksums: (archive: { name: string; sha256: string }) => string): void {
    program(join(folder, 'livekit-server'));
    execFileSync('tar', ['-czf', 'archive', 'livekit-server'], { cwd: folder });
    const bytes = readFileSync(join(folder, 'archive'));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    for (const architecture of ['amd64', 'arm64', 'armv7']) {
      const name = `livekit_${livekitServerVersion.slice(1)}_linux_${architecture}.tar.gz`;
      files.set(name, bytes);
      const before = files.get('checksums.txt') ?? Buffer.alloc(0);
      files.set('checksums.txt', Buffer.concat([before, Buffer.from(checksums({ name, sha256 }))]));
    }
  }
});

function program(path: string, script = 'exit 0'): string {
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}
