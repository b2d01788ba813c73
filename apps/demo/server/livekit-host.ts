import { AvatarError } from '@avatarwire/core';
import {
  findLivekitServer,
  type LivekitServer,
  startLivekitServer,
} from '@avatarwire/tooling/livekit-server';

/** The livekit-server beside the page: started when it is first needed, ended with the demo. */
export interface LivekitHost {
  /** @throws AvatarError `service-refused` when none can be had, with the remedy */
  server(): Promise<LivekitServer>;
  /** Whether there is one to be started. */
  possible(): boolean;
  stop(): Promise<void>;
}

export interface LivekitHostOptions {
  /** @default the tooling's */
  readonly find?: () => string | undefined;
  readonly start?: (options: { bin: string }) => Promise<LivekitServer>;
}

const REMEDY =
  'There is no livekit-server on this machine. Run "npx pnpm@10 test" once, which gets one, or name your own in ' +
  'LIVEKIT_SERVER_BIN. Then connect again.';

export function createLivekitHost({
  find = findLivekitServer,
  start = startLivekitServer,
}: LivekitHostOptions = {}): LivekitHost {
  let running: Promise<LivekitServer> | undefined;

  async function begin(): Promise<LivekitServer> {
    const bin = find();
    if (bin === undefined) throw new AvatarError('service-refused', REMEDY);
    try {
      return await start({ bin });
    } catch (error) {
      throw new AvatarError('service-refused', `livekit-server did not start: ${(error as Error).message}`);
    }
  }

  return {
    possible: () => find() !== undefined,
    server() {
      running ??= begin().catch((error: unknown) => {
        // The next one who asks tries again.
        running = undefined;
        throw error;
      });
      return running;
    },
    async stop() {
      const stopping = running;
      running = undefined;
      const server = await stopping?.catch(() => undefined);
      await server?.stop();
    },
  };
}
