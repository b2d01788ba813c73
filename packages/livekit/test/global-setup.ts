import { findLivekitServer, startLivekitServer } from '@avatarwire/tooling/livekit-server';
import type { TestProject } from 'vitest/node';
import type { ServerAccess } from './real/server-access';

declare module 'vitest' {
  interface ProvidedContext {
    /** Null where no livekit-server was found. */
    livekitServer: ServerAccess | null;
  }
}

/** One real server for all tests of this package; tests that kill a server start their own. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (findLivekitServer() === undefined) {
    project.provide('livekitServer', null);
    return undefined;
  }
  const { url, httpUrl, apiKey, apiSecret, stop } = await startLivekitServer();
  project.provide('livekitServer', { url, httpUrl, apiKey, apiSecret });
  return stop;
}
