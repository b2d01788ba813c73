/**
 * All of it on this machine: mock AKOOL over HTTP with an avatar in each of its rooms, a real broker on Node's HTTP
 * server, and a page's session in front. Only the network of the rooms is in memory.
 */

import {
  type AvatarSession,
  type AvatarTransport,
  type BrokerSourceOptions,
  broker,
  createAvatarSession,
  type ProviderCredentials,
} from '@avatarwire/core';
import { akoolServer } from '@avatarwire/services/akool/server';
import {
  createMemoryNetwork,
  createSimulatedAvatar,
  type MemoryNetwork,
  memory,
} from '@avatarwire/simulator';
import { type MockRoom, type MockServices, startMockServices } from '@avatarwire/simulator/services';
import { onTestFinished } from 'vitest';
import { type Observation, presets } from '../../src';
import { memoryStore } from '../../src/memory';
import { serveBroker } from '../../src/node';

export type Network = 'agora' | 'livekit';

export interface Stage {
  readonly mock: MockServices['akool'];
  readonly observed: readonly Observation[];
  /** What was said to any of the avatars. */
  readonly heard: readonly string[];
  readonly session: AvatarSession;
}

export interface StageOptions {
  readonly source?: BrokerSourceOptions;
  readonly prefer?: readonly Network[];
  /** Networks that nobody can join. */
  readonly broken?: readonly Network[];
}

const AVATAR = 'avatar';
const LOGIN = 'Bearer alice';

export async function stage(options: StageOptions = {}): Promise<Stage> {
  const { broken = [], prefer = ['livekit'] } = options;
  const network = createMemoryNetwork();
  const heard: string[] = [];
  const mock = await startMockServices({
    rooms: ({ id, provider }) => ({
      ...roomWithAvatar(network, id, heard),
      avatarId: AVATAR,
      credentials:
        provider === 'agora'
          ? { appId: 'app', channel: id, token: 'agora-token', uid: 7 }
          : { url: 'wss://127.0.0.1:9', token: id },
    }),
  });
  const observed: Observation[] = [];
  const served = await serveBroker({
    services: [akoolServer({ apiKey: mock.keys.akool.apiKey, baseUrl: mock.urls.akool })],
    authenticate: (request) => (request.headers.get('authorization') === LOGIN ? { id: 'alice' } : undefined),
    authorize: presets({
      guide: {
        service: 'akool',
        avatarId: 'dvp_Tristan_cloth2_1080P',
        mode: 'dialogue',
        durationSeconds: 300,
      },
    }),
    store: memoryStore(),
    observe: (observation) => observed.push(observation),
  });
  const session = createAvatarSession({
    transports: {
      livekit: () => over(network, 'livekit', ({ token }) => token, broken.includes('livekit')),
      agora: () => over(network, 'agora', ({ channel }) => channel, broken.includes('agora')),
    },
    prefer,
    source: broker(`${served.url}/api/avatar`, {
      headers: () => ({ authorization: LOGIN }),
      request: { preset: 'guide' },
      ...options.source,
    }),
  });
  onTestFinished(async () => {
    await session.close();
    await served.close({ sessions: 'close' });
    await mock.close();
  });
  return { mock: mock.akool, observed, heard, session };
}

/** The memory network in the clothes of another: the broker gives no credentials for a network in memory. */
function over<P extends Network>(
  network: MemoryNetwork,
  provider: P,
  roomOf: (credentials: ProviderCredentials[P]) => string,
  isBroken: boolean,
): AvatarTransport<P> {
  const transport = memory(network);
  return {
    provider,
    capabilities: transport.capabilities,
    async connect(credentials, connecting) {
      if (isBroken) throw new Error('there is no way into this room');
      return transport.connect({ room: roomOf(credentials) }, connecting);
    },
    send: (packet) => transport.send(packet),
    close: () => transport.close(),
    on: (event, listener) => transport.on(event, listener),
  };
}

function roomWithAvatar(network: MemoryNetwork, room: string, heard: string[]): Pick<MockRoom, 'close'> {
  const participant = network.join(room, AVATAR);
  const avatar = createSimulatedAvatar({
    port: { send: (packet) => participant.send(packet), onPacket: participant.onPacket },
    timings: { thinkMs: 10, acknowledgeMs: 5, frameMs: 5 },
    mode: 'dialogue',
  });
  avatar.on('heard', ({ text }) => heard.push(text));
  return {
    close() {
      avatar.close();
      participant.leave();
      network.end('room-ended', room);
    },
  };
}
