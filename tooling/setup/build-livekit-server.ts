import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { livekitServerCache } from './find-livekit-server.ts';
import { findOnPath, isProgram } from './find-program.ts';
import { livekitServerVersion } from './livekit-server-version.ts';
import type { SetupResult } from './result.ts';
import { runProgram } from './run-program.ts';

/** Builds the pinned version with Go, by its module's name. Needs no C compiler. */
export async function buildLivekitServer(): Promise<SetupResult> {
  if (findOnPath('go') === undefined) return { missing: 'there is no Go to build it with' };
  const cache = livekitServerCache();
  mkdirSync(cache, { recursive: true });
  // Another run may be building too: each works in a folder of its own, and the last rename wins.
  const folder = mkdtempSync(join(dirname(cache), 'build-'));
  try {
    const module = `github.com/livekit/livekit-server/cmd/server@${livekitServerVersion}`;
    const built = await runProgram('go', ['install', module], { CGO_ENABLED: '0', GOBIN: folder });
    if (!built || !isProgram(join(folder, 'server'))) return { missing: 'Go could not build it' };
    renameSync(join(folder, 'server'), join(cache, 'server'));
    return { path: join(cache, 'server') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
