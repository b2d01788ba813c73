import { homedir } from 'node:os';
import { join } from 'node:path';
import { findOnPath, isProgram } from './find-program.ts';
import { livekitServerVersion } from './livekit-server-version.ts';

/** A livekit-server that is already there: named by LIVEKIT_SERVER_BIN, on the PATH, or put in the cache before. */
export function findLivekitServer(): string | undefined {
  const named = process.env['LIVEKIT_SERVER_BIN'];
  if (named !== undefined && named !== '') return isProgram(named) ? named : undefined;
  return findOnPath('livekit-server') ?? [join(livekitServerCache(), 'server')].find(isProgram);
}

/** Per user and outside the work tree, so that every clone shares one build. */
export function livekitServerCache(): string {
  const caches = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(caches, 'avatarwire', `livekit-server-${livekitServerVersion}`);
}
