/**
 * All of it on this machine: mock AKOOL and the mock model over HTTP, a real broker on Node's HTTP server before both,
 * and a page's session whose avatar is simulated. Only the network of its room is in memory.
 */

import { type ModelProxyOptions, presets } from '@avatarwire/broker';
import { memoryStore } from '@avatarwire/broker/memory';
import { serveBroker } from '@avatarwire/broker/node';
import {
  type AvatarSession,
  type AvatarTransport,
  type BrokerSource,
  broker,
  createAvatarSession,
  type RatePolicy,
} from '@avatarwire/core';
import { akoolServer } from '@avatarwire/services/akool/server';
import {
  createMemoryNetwork,
  createSimulatedAvatar,
  type MemoryNetwork,
  memory,
} from '@avatarwire/simulator';
import {
  type MockServices,
  type ModelRequest,
  type ModelSettings,
  startMockServices,
} from '@avatarwire/simulator/services';
import { onTestFinished } from 'vitest';

export interface Stage {
  readonly session: AvatarSession;
  readonly source: BrokerSource;
  readonly mock: MockServices;
  /** What was said to the avatar, as one text. */
  readonly heard: () => string;
  /** The request that the model had last. */
  readonly asked: () => ModelRequest | undefined;
}

export interface StageOptions {
  readonly settings?: Partial<ModelSettings>;
  /** False: the broker has no model. */
  readonly model?: Partial<ModelProxyOptions> | false;
  readonly policy?: Partial<RatePolicy>;
}

const AVATAR = 'avatar';
const MODEL_KEY = 'sk-model-secret';

/** Connected. */
export async function stage({ settings, model = {}, policy }: StageOptions = {}): Promise<Stage> {
  const network = createMemoryNetwork();
  const heard: string[] = [];
  const mock = await startMockServices({
    keys: { model: MODEL_KEY },
    model: { pieceMs: 1, ...settings },
    rooms: ({ id }) => ({
      credentials: { url: 'wss://127.0.0.1:9', token: id },
      avatarId: AVATAR,
      close: avatarIn(network, id, heard),
    }),
  });
  const served = await serveBroker({
    services: [akoolServer({ apiKey: mock.keys.akool.apiKey, baseUrl: mock.urls.akool })],
    authenticate: () => ({ id: 'alice' }),
    authorize: presets({
      guide: { service: 'akool', avatarId: 'dvp_Tristan_cloth2_1080P', durationSeconds: 300 },
    }),
    store: memoryStore(),
    // For connections that the platform's `fetch` opened ahead and never used.
    graceMs: 50,
    ...(model && {
      model: {
        baseUrl: mock.urls.model,
        apiKey: MODEL_KEY,
        model: 'mock-model',
        system: 'Be kind.',
        ...model,
      },
    }),
  });
  const source = broker(`${served.url}/api/avatar`, { request: { preset: 'guide' } });
  const session = createAvatarSession({
    transports: { livekit: () => over(network) },
    source,
    ...(policy && { policy }),
  });
  onTestFinished(async () => {
    await session.close();
    await served.close({ sessions: 'close' });
    await mock.close();
  });
  await session.connect();
  return { session, source, mock, heard: () => heard.join(''), asked: () => mock.model.requests.at(-1) };
}

/** The memory network in the clothes of another: the broker gives no credentials for a network in memory. */
function over(network: MemoryNetwork): AvatarTransport<'livekit'> {
  const transport = memory(network);
  return {
    provider: 'livekit',
    capabilities: transport.capabilities,
    connect: ({ token }, connecting) => transport.connect({ room: token }, connecting),
    send: (packet) => transport.send(packet),
    close: () => transport.close(),
    on: (event, listener) => transport.on(event, listener),
  };
}

function avatarIn(network: MemoryNetwork, room: string, heard: string[]): () => void {
  const participant = network.join(room, AVATAR);
  const avatar = createSimulatedAvatar({
    port: { send: (packet) => participant.send(packet), onPacket: participant.onPacket },
    timings: { thinkMs: 10, acknowledgeMs: 5, frameMs: 5 },
  });
  avatar.on('heard', ({ text }) => heard.push(text));
  return () => {
    avatar.close();
    participant.leave();
    network.end('room-ended', room);
  };
}
