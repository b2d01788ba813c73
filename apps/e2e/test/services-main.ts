/**
 * Mocks of all services over HTTP and a real broker before them, as a process of its own. Avatars over LiveKit are here,
 * in rooms of a real server; all others stand in the page.
 */

import { presets } from '@avatarwire/broker';
import { memoryStore } from '@avatarwire/broker/memory';
import { serveBroker } from '@avatarwire/broker/node';
import { AVATAR_OVER_WEBRTC, akoolOverWebrtc } from '@avatarwire/demo/akool-over-webrtc';
import { a2eServer } from '@avatarwire/services/a2e/server';
import { akoolServer } from '@avatarwire/services/akool/server';
import { heygenServer } from '@avatarwire/services/heygen/server';
import { liveavatarServer } from '@avatarwire/services/liveavatar/server';
import type { SimulatedAvatar } from '@avatarwire/simulator';
import {
  createPageRooms,
  livekitRooms,
  type MockRooms,
  startMockServices,
} from '@avatarwire/simulator/services';
import type { LivekitServer } from '@avatarwire/tooling/livekit-server';
import { answerParent } from './answer-parent';
import { type AvatarReport, reportOf } from './remote-avatar';
import { figure } from './services/figure';

/** What a room on a LiveKit server needs of it. */
export type LivekitAccess = Pick<LivekitServer, 'url' | 'apiKey' | 'apiSecret'>;

export type Company = 'akool' | 'a2e' | 'heygen' | 'liveavatar';

export type ServicesRequest =
  | { readonly do: 'addresses' }
  | { readonly do: 'account'; readonly service: Company }
  /** Of the avatar that came last to a room of LiveKit. */
  | { readonly do: 'report' };

export interface ServicesAddresses {
  readonly broker: string;
  readonly pages: string;
}

/** What the service counts. */
export interface Account {
  readonly open: number;
  readonly opened: number;
  readonly closed: number;
  /** How long its sessions have stood open. */
  readonly openSeconds: number;
  /** Rooms in which an avatar is, wherever they are. */
  readonly rooms: number;
}

const [origin = '', access = 'null'] = process.argv.slice(2);
const livekitAccess: LivekitAccess | null = JSON.parse(access);

const faults: unknown[] = [];
const rooms = new Map<Company, number>();
let onLivekit: SimulatedAvatar | undefined;

const pageRooms = createPageRooms();
const overWebrtc = akoolOverWebrtc();
const inPage = overWebrtc.rooms(pageRooms.rooms);
const inNode =
  livekitAccess &&
  livekitRooms({
    ...livekitAccess,
    ...figure,
    // Other rooms may still need the SDK; it goes with the process.
    disposeSdk: false,
    onAvatar(avatar) {
      onLivekit = avatar;
    },
  });

/** Knows whose avatar is still there. */
const counted: MockRooms = async (wanted) => {
  const { service, provider } = wanted;
  const room = await (provider === 'livekit' && inNode ? inNode(wanted) : inPage(wanted));
  if (room === undefined) return undefined;
  const count = (by: number) => rooms.set(service, (rooms.get(service) ?? 0) + by);
  count(1);
  return {
    ...room,
    async close(why) {
      await room.close(why);
      count(-1);
    },
  };
};

const mock = await startMockServices({
  rooms: counted,
  pageRooms,
  akool: { avatars: [AVATAR_OVER_WEBRTC] },
  onFault: (error) => faults.push(error),
});
const { keys, urls } = mock;
const { apiKey = '' } = keys.akool;
const avatars: Readonly<Record<Company, string>> = {
  akool: 'dvp_Tristan_cloth2_1080P',
  a2e: '66d3f7cf1eda7f0c8b1b9d01',
  heygen: 'mock_ada_lite',
  liveavatar: 'c2b1f7f0-0000-4000-8000-6d6f636b0001',
};
const served = await serveBroker({
  services: [
    overWebrtc.service(akoolServer({ apiKey, baseUrl: urls.akool })),
    a2eServer({ apiKey: keys.a2e, baseUrl: urls.a2e }),
    heygenServer({ apiKey: keys.heygen, baseUrl: urls.heygen }),
    liveavatarServer({ apiKey: keys.liveavatar, baseUrl: urls.liveavatar }),
  ],
  authenticate: ({ headers }) => (headers.has('authorization') ? { id: 'visitor' } : undefined),
  authorize: presets(
    Object.fromEntries(
      Object.entries(avatars).map(([service, avatarId]) => [
        service,
        { service, avatarId, durationSeconds: 300 },
      ]),
    ),
  ),
  store: memoryStore(),
  allowedOrigins: [origin],
});

function accountOf(service: Company): Account {
  const { open, opened, closed, openSeconds } = mock[service];
  return { open, opened, closed, openSeconds, rooms: rooms.get(service) ?? 0 };
}

function obey(request: ServicesRequest): ServicesAddresses | Account | AvatarReport {
  if (faults.length > 0) throw faults[0];
  switch (request.do) {
    case 'addresses':
      return { broker: `${served.url}/api/avatar`, pages: urls.pages };
    case 'account':
      return accountOf(request.service);
    case 'report':
      if (onLivekit === undefined) throw new Error('no avatar came to LiveKit');
      return reportOf(onLivekit);
  }
}

answerParent(obey, async () => {
  await served.close({ sessions: 'close' });
  await mock.close();
});
