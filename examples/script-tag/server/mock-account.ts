/** What stands in for AKOOL until there is a key: its API on this machine, and an avatar in each LiveKit room. */

import { livekitRooms, type MockServices, startMockServices } from '@avatarwire/simulator/services';
import { startLivekitServer } from '@avatarwire/tooling/livekit-server';
import type { Account } from './paid-sessions';

export interface MockAccount {
  readonly account: Account;
  readonly mock: MockServices;
  readonly livekit: Awaited<ReturnType<typeof startLivekitServer>>;
  close(): Promise<void>;
}

/** @throws Error when there is no livekit-server, with the remedy */
export async function startMockAccount(durationSeconds: number): Promise<MockAccount> {
  const livekit = await startLivekitServer();
  const { url, apiKey, apiSecret } = livekit;
  const mock = await startMockServices({
    rooms: livekitRooms({ url, apiKey, apiSecret, disposeSdk: false }),
  });
  return {
    account: {
      baseUrl: mock.urls.akool,
      apiKey: mock.keys.akool.apiKey,
      avatarId: 'dvp_Tristan_cloth2_1080P',
      provider: 'livekit',
      durationSeconds,
    },
    mock,
    livekit,
    async close() {
      await mock.close();
      await livekit.stop();
    },
  };
}
