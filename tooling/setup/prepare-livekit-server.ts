import { buildLivekitServer } from './build-livekit-server.ts';
import { downloadLivekitServer } from './download-livekit-server.ts';
import { findLivekitServer } from './find-livekit-server.ts';
import { livekitServerVersion } from './livekit-server-version.ts';
import type { SetupResult } from './result.ts';

/** Finds a livekit-server, or puts one into the cache: built with Go, else from its releases. */
export async function prepareLivekitServer(say: (line: string) => void): Promise<SetupResult> {
  const found = findLivekitServer();
  if (found !== undefined) return { path: found };
  if (process.env['LIVEKIT_SERVER_BIN'])
    return { missing: 'LIVEKIT_SERVER_BIN names no program that can be run' };

  say(`no livekit-server here: getting ${livekitServerVersion}, once (two minutes if Go has to build it)`);
  const reasons: string[] = [];
  for (const get of [buildLivekitServer, downloadLivekitServer]) {
    const result = await get();
    if ('path' in result) return result;
    reasons.push(result.missing);
  }
  return { missing: `no livekit-server found; ${reasons.join('; ')}` };
}
