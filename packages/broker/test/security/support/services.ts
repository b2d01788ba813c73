/** The real server halves over the mock services by HTTP, and everything that goes between them. */

import type { Logger, Provider, ProviderCredentials } from '@avatarwire/core';
import type { AvatarServiceServer } from '@avatarwire/services';
import { a2eServer } from '@avatarwire/services/a2e/server';
import { akoolServer } from '@avatarwire/services/akool/server';
import { heygenServer } from '@avatarwire/services/heygen/server';
import { liveavatarServer } from '@avatarwire/services/liveavatar/server';
import {
  type MockRooms,
  type MockServices,
  type RoomProvider,
  startMockServices,
} from '@avatarwire/simulator/services';

/** With characters that every encoding spells in another way. */
export const KEYS = {
  akool: {
    apiKey: 'akool+key/7f3c9a51"d2e8',
    clientId: 'akool-client-5d20c1',
    clientSecret: 'akool+secret/e8b4\\"1177',
  },
  a2e: 'a2e+key/0b86d2f4"41aa',
  heygen: 'heygen+key/c91e77a3"bb02',
  liveavatar: 'liveavatar+key/44af1d90"cc',
  model: 'model+key/90ab33e1"dd17',
};

let rooms = 0;

/** Credentials that stand nowhere else, a set for each room. */
export const plantedRooms: MockRooms = ({ id, provider }) => {
  rooms += 1;
  const secret = (what: string) => `${what}+canary/${rooms}"${provider}-0123456789`;
  const credentials: Pick<ProviderCredentials, RoomProvider> = {
    agora: { appId: 'app', channel: id, token: secret('agora-token'), uid: 7 },
    livekit: { url: 'wss://rooms.example', token: secret('livekit-token') },
    trtc: { sdkAppId: 1_400_000_001, room: `room-${rooms}`, userId: 'visitor', userSig: secret('user-sig') },
    webrtc: {
      iceServers: [{ urls: 'turn:turn.example', username: 'visitor', credential: secret('turn-password') }],
      offer: { type: 'offer', sdp: `v=0\r\na=ice-pwd:${secret('ice-pwd')}\r\n` },
    },
  };
  return { credentials: credentials[provider], close() {} };
};

export function startPlantedServices(): Promise<MockServices> {
  const avatars = ['mock-avatar'];
  return startMockServices({
    keys: KEYS,
    rooms: plantedRooms,
    akool: { avatars, queueMs: 0 },
    a2e: { avatars, hosts: 1_000 },
    heygen: { avatars, maxOpenSessions: 1_000 },
    model: { pieceMs: 0 },
  });
}

export interface Line {
  /** Where requests went. */
  readonly origins: Set<string>;
  /** Keys and tokens, as they stood in the headers of requests. */
  readonly sent: Set<string>;
  readonly bodies: unknown[];
  readonly fetch: typeof fetch;
}

/** The `fetch` of a service half, listened to. */
export function watchedLine(): Line {
  const line = {
    origins: new Set<string>(),
    sent: new Set<string>(),
    bodies: [] as unknown[],
    fetch: async (input: string | URL | Request, init?: RequestInit) => {
      line.origins.add(new URL(input instanceof Request ? input.url : input).origin);
      for (const [name, value] of new Headers(init?.headers)) {
        if (/authorization|key|token/.test(name)) line.sent.add(value.replace(/^Bearer /, ''));
      }
      line.bodies.push(typeof init?.body === 'string' ? JSON.parse(init.body) : undefined);
      return fetch(input, init);
    },
  };
  return line;
}

export interface Case {
  readonly name: 'akool' | 'a2e' | 'heygen' | 'liveavatar';
  readonly login: 'key' | 'client secret';
  readonly provider: Provider;
  /** Something that the service takes over REST. */
  readonly call?: readonly [action: string, body: object];
}

export const CASES: readonly Case[] = [
  { name: 'akool', login: 'key', provider: 'agora' },
  { name: 'akool', login: 'key', provider: 'livekit' },
  { name: 'akool', login: 'client secret', provider: 'trtc' },
  { name: 'a2e', login: 'key', provider: 'agora', call: ['ask', { text: 'Hello?' }] },
  {
    name: 'heygen',
    login: 'key',
    provider: 'webrtc',
    call: ['start', { sdp: { type: 'answer', sdp: 'v=0' } }],
  },
  { name: 'liveavatar', login: 'key', provider: 'livekit', call: ['keep-alive', {}] },
];

export function serverOf(
  { name, login }: Pick<Case, 'name' | 'login'>,
  mock: MockServices,
  {
    timeoutMs,
    ...more
  }: { readonly logger: Logger; readonly fetch: typeof fetch; readonly timeoutMs: number },
): AvatarServiceServer {
  const patience = { timeoutMs, openTimeoutMs: timeoutMs, lateTimeoutMs: 2 * timeoutMs };
  const options = { baseUrl: mock.urls[name], random: () => 0, ...patience, ...more };
  const { apiKey, clientId, clientSecret } = KEYS.akool;
  switch (name) {
    case 'akool':
      return akoolServer({ ...(login === 'key' ? { apiKey } : { clientId, clientSecret }), ...options });
    case 'a2e':
      return a2eServer({ apiKey: KEYS.a2e, ...options });
    case 'heygen':
      return heygenServer({ apiKey: KEYS.heygen, ...options });
    case 'liveavatar':
      return liveavatarServer({ apiKey: KEYS.liveavatar, ...options });
  }
}
