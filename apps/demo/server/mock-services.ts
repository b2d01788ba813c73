/** The services without an account: the mocks of their APIs over HTTP on this machine, and the server halves that speak to them. */

import type { Clock, Provider } from '@avatarwire/core';
import type { AvatarServiceServer } from '@avatarwire/services';
import { a2eServer } from '@avatarwire/services/a2e/server';
import { akoolServer } from '@avatarwire/services/akool/server';
import { heygenServer } from '@avatarwire/services/heygen/server';
import { liveavatarServer } from '@avatarwire/services/liveavatar/server';
import {
  createPageRooms,
  type MockRooms,
  type MockServices,
  type SessionsView,
  startMockServices,
} from '@avatarwire/simulator/services';
import { DEFAULT_AVATAR } from './akool-account';
import { AVATAR_OVER_WEBRTC, akoolOverWebrtc } from './akool-over-webrtc';
import type { Offered } from './demo-broker';
import type { LivekitHost } from './livekit-host';
import { mockRooms } from './mock-rooms';

/** Then a session ends by itself, so that a forgotten one has an end. */
export const LONGEST_SECONDS = 900;

/** What a mock counts, and how it charges. */
export interface Account {
  readonly view: SessionsView;
  readonly charge: 'up-front' | 'as-used';
}

export interface StartedMocks {
  readonly offered: readonly Offered[];
  /** By the name of the service, as the broker knows it. */
  readonly accounts: ReadonlyMap<string, Account>;
  /** Where a page says that it gives rooms. */
  readonly pagesUrl: string;
  close(): Promise<void>;
}

export interface MockOptions {
  readonly onLivekit: MockRooms;
  /** @default rooms in the pages that say at `pagesUrl` that they give some */
  readonly inPage?: MockRooms | undefined;
  readonly livekit: LivekitHost;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

export async function startMocks(options: MockOptions): Promise<StartedMocks> {
  const { livekit, clock, say } = options;
  const pageRooms = createPageRooms();
  const overWebrtc = akoolOverWebrtc();
  const rooms = mockRooms(options.onLivekit, overWebrtc.rooms(options.inPage ?? pageRooms.rooms));
  const mocks = await startMockServices({
    rooms,
    pageRooms,
    clock,
    akool: { avatars: [AVATAR_OVER_WEBRTC] },
    heygen: { longestSeconds: LONGEST_SECONDS },
    onFault: (error) => say(`a mock service: ${error instanceof Error ? error.message : String(error)}`),
  });
  const check = async (provider: Provider) => provider === 'livekit' && livekit.server();
  const offer = (service: AvatarServiceServer, avatarId: string): Offered => ({
    service,
    avatarId,
    durationSeconds: LONGEST_SECONDS,
    check,
    keyIsOurs: service.list !== undefined,
  });
  const all = halves(mocks, clock);
  return {
    offered: [
      offer(named('akool-mock', overWebrtc.service(all.akool)), DEFAULT_AVATAR),
      offer(named('a2e-mock', all.a2e), '66d3f7cf1eda7f0c8b1b9d01'),
      offer(named('heygen-mock', all.heygen), 'mock_ada_lite'),
      // All of its rooms are LiveKit's.
      ...(livekit.possible()
        ? [offer(named('liveavatar-mock', all.liveavatar), 'c2b1f7f0-0000-4000-8000-6d6f636b0001')]
        : []),
    ],
    accounts: new Map<string, Account>([
      ['akool-mock', { view: mocks.akool, charge: 'up-front' }],
      ['a2e-mock', { view: mocks.a2e, charge: 'up-front' }],
      ['heygen-mock', { view: mocks.heygen, charge: 'as-used' }],
      ['liveavatar-mock', { view: mocks.liveavatar, charge: 'as-used' }],
    ]),
    pagesUrl: mocks.urls.pages,
    close: mocks.close,
  };
}

function halves({ keys, urls }: MockServices, clock: Clock) {
  const { apiKey = '' } = keys.akool;
  return {
    akool: akoolServer({ apiKey, baseUrl: urls.akool, clock }),
    a2e: a2eServer({ apiKey: keys.a2e, baseUrl: urls.a2e, clock }),
    heygen: heygenServer({ apiKey: keys.heygen, baseUrl: urls.heygen, clock }),
    liveavatar: liveavatarServer({ apiKey: keys.liveavatar, baseUrl: urls.liveavatar, clock }),
  };
}

/** Beside the real service of the same company. */
function named(name: string, service: AvatarServiceServer): AvatarServiceServer {
  return {
    ...service,
    name,
    open: async (request, options) => ({ ...(await service.open(request, options)), service: name }),
  };
}
