import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { livekitServerCache } from './find-livekit-server.ts';
import { isProgram } from './find-program.ts';
import { livekitServerVersion } from './livekit-server-version.ts';
import type { SetupResult } from './result.ts';
import { runProgram } from './run-program.ts';

const releases = `https://github.com/livekit/livekit/releases/download/${livekitServerVersion}`;
const architectures: Partial<Record<NodeJS.Architecture, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  arm: 'armv7',
};

/** Takes the pinned version from the project's releases, and only what its list of checksums says. */
export async function downloadLivekitServer(from = releases): Promise<SetupResult> {
  const architecture = architectures[process.arch];
  if (process.platform !== 'linux' || architecture === undefined) {
    return { missing: `its releases have nothing for ${process.platform} on ${process.arch}` };
  }
  const archive = `livekit_${livekitServerVersion.slice(1)}_linux_${architecture}.tar.gz`;
  try {
    const [bytes, checksums] = await Promise.all([
      fetchBytes(`${from}/${archive}`),
      fetchBytes(`${from}/checksums.txt`),
    ]);
    const wanted = checksumOf(archive, checksums.toString('utf8'));
    if (wanted === undefined) return { missing: `its list of checksums does not name ${archive}` };
    if (createHash('sha256').update(bytes).digest('hex') !== wanted) {
      return { missing: `${archive} does not have the checksum that its release lists` };
    }
    return await unpack(bytes);
  } catch (error) {
    return { missing: `it could not be downloaded (${reasonOf(error)})` };
  }
}

async function fetchBytes(url: string): Promise<Buffer> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(120_000) });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

/** Lines of the list read `<sha256>  <file>`. */
function checksumOf(archive: string, list: string): string | undefined {
  const line = list.split('\n').find((each) => each.trim().endsWith(` ${archive}`));
  return line?.trim().split(/\s+/)[0];
}

async function unpack(bytes: Buffer): Promise<SetupResult> {
  const cache = livekitServerCache();
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(dirname(cache), 'download-'));
  try {
    const archive = join(folder, 'archive.tar.gz');
    writeFileSync(archive, bytes);
    const unpacked = await runProgram('tar', ['-xzf', archive, '-C', folder, 'livekit-server']);
    if (!unpacked || !isProgram(join(folder, 'livekit-server')))
      return { missing: 'its archive could not be unpacked' };
    renameSync(join(folder, 'livekit-server'), join(cache, 'server'));
    return { path: join(cache, 'server') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}
