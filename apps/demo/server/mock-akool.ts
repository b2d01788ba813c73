/** AKOOL without an account: the mock of its API over HTTP on this machine, and the server half that speaks to it. */

import type { Clock } from '@avatarwire/core';
import { type AkoolServer, akoolServer } from '@avatarwire/services/akool/server';
import { type MockRooms, type MockServices, startMockServices } from '@avatarwire/simulator/services';

export const MOCK_AKOOL = 'akool-mock';

export interface MockAkool {
  readonly service: AkoolServer;
  /** What the mock counts. */
  readonly account: MockServices['akool'];
  close(): Promise<void>;
}

export interface MockAkoolOptions {
  readonly rooms: MockRooms;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

export async function startMockAkool({ rooms, clock, say }: MockAkoolOptions): Promise<MockAkool> {
  const mock = await startMockServices({
    rooms,
    clock,
    onFault: (error) => say(`mock AKOOL: ${error instanceof Error ? error.message : String(error)}`),
  });
  const { apiKey = '' } = mock.keys.akool;
  const akool = akoolServer({ apiKey, baseUrl: mock.urls.akool, clock });

  const service: AkoolServer = {
    ...akool,
    name: MOCK_AKOOL,
    providers: ['webrtc', 'livekit', 'agora', 'trtc'],
    async open(request, options) {
      // AKOOL knows no plain WebRTC. The session is a real one at the mock all the same; the avatar stands in the page.
      const inPage = request.provider === 'webrtc';
      const opened = await akool.open(inPage ? { ...request, provider: 'agora' } : request, options);
      const { expiresInMs } = opened.details;
      return {
        ...opened,
        service: MOCK_AKOOL,
        ...(inPage && {
          details: { provider: 'webrtc', credentials: {}, ...(expiresInMs !== undefined && { expiresInMs }) },
        }),
      };
    },
  };
  return { service, account: mock.akool, close: mock.close };
}
