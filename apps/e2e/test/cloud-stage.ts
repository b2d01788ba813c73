/** A double of a vendor's SDK with a cloud behind it in the page, and a simulated avatar in that cloud. */

import { agora } from '@avatarwire/agora';
import {
  type AvatarSessionOptions,
  type AvatarTransport,
  type Clock,
  createAvatarSession,
  type ProviderCredentials,
  type SessionSource,
  silentLogger,
  systemClock,
} from '@avatarwire/core';
import type { MemoryNetwork } from '@avatarwire/simulator';
import { type AgoraBehaviour, type AgoraCloud, createAgoraCloud } from '@avatarwire/simulator/agora';
import { type SimulatedServiceOver, simulateService } from '@avatarwire/simulator/transport';
import { createTrtcCloud, type TrtcCloud } from '@avatarwire/simulator/trtc';
import { trtc } from '@avatarwire/trtc';
import { ANSWER, localAvatar } from './remote-avatar';
import type { Stage } from './stage';
import { watchSound } from './watched-sound';

type CloudProvider = 'agora' | 'trtc';

/** What both doubles offer. */
export interface Cloud {
  readonly network: MemoryNetwork;
  readonly clients: readonly { listenerCount(): number }[];
}

/** One provider in the page: its cloud, and a service that opens rooms there. */
export interface CloudService<P extends CloudProvider> {
  readonly provider: P;
  readonly cloud: Cloud;
  readonly simulator: SimulatedServiceOver<P>;
  readonly source: SessionSource;
  /** For the session; its sound is watched. */
  readonly transport: () => AvatarTransport<P>;
  sound(): MediaStreamTrack | undefined;
  /** Rooms opened so far, oldest first. */
  readonly rooms: readonly string[];
  /** Reasons with which service sessions were closed, one for each call. */
  readonly closes: readonly string[];
  /** Joins the room opened last under this name, over a transport of its own. */
  joinAs(who: string): Promise<void>;
  close(): Promise<void>;
}

interface CloudParts<P extends CloudProvider> {
  readonly provider: P;
  readonly cloud: Cloud;
  readonly clock: Clock;
  readonly transport: () => AvatarTransport<P>;
  readonly credentials: (room: string, who: string) => ProviderCredentials[P];
}

function serve<P extends CloudProvider>({
  provider,
  cloud,
  clock,
  transport,
  credentials,
}: CloudParts<P>): CloudService<P> {
  const sound = watchSound();
  const rooms: string[] = [];
  const closes: string[] = [];
  const others: AvatarTransport<P>[] = [];
  const simulator = simulateService({
    provider,
    clock,
    transport,
    credentials: (room, who) => {
      if (!rooms.includes(room)) rooms.push(room);
      return credentials(room, who);
    },
    width: 256,
    height: 256,
    // Faster than the network takes them: the avatar keeps to its limits too.
    avatar: { reply: () => ANSWER, timings: { frameMs: 20 } },
  });
  return {
    provider,
    cloud,
    simulator,
    source: {
      open: simulator.source.open,
      async close(details, options) {
        closes.push(options.reason);
        await simulator.source.close?.(details, options);
      },
    },
    transport: () => sound.watch(transport()),
    sound: sound.current,
    rooms,
    closes,
    async joinAs(who) {
      const other = transport();
      others.push(other);
      await other.connect(credentials(rooms.at(-1) ?? '', who), {
        signal: new AbortController().signal,
        logger: silentLogger,
      });
    },
    async close() {
      for (const other of others) await other.close();
      await simulator.close();
    },
  };
}

export interface AgoraService extends CloudService<'agora'> {
  readonly cloud: AgoraCloud;
}

export interface ServiceOptions {
  /** @default the machine's */
  readonly clock?: Clock;
}

export interface AgoraServiceOptions extends ServiceOptions {
  /** Of the visitor's token. @default Infinity */
  readonly tokenExpiresInMs?: number;
  readonly behaviour?: Partial<AgoraBehaviour>;
}

export function agoraService({
  clock = systemClock,
  tokenExpiresInMs: expiresInMs = Infinity,
  behaviour = {},
}: AgoraServiceOptions = {}): AgoraService {
  const cloud = createAgoraCloud({ clock, behaviour });
  const parts = serve({
    provider: 'agora',
    cloud,
    clock,
    transport: () => agora({ sdk: cloud.sdk, clock, logLevel: 'none' }),
    credentials: (room, who) => cloud.credentials(room, who, who === 'visitor' ? { expiresInMs } : {}),
  });
  return { ...parts, cloud };
}

export interface TrtcService extends CloudService<'trtc'> {
  readonly cloud: TrtcCloud;
}

export function trtcService({ clock = systemClock }: ServiceOptions = {}): TrtcService {
  const cloud = createTrtcCloud({ clock });
  const parts = serve({
    provider: 'trtc',
    cloud,
    clock,
    transport: () => trtc({ sdk: cloud.sdk, clock }),
    credentials: (room, who) => cloud.credentials(room, who),
  });
  return { ...parts, cloud };
}

export interface CloudStage extends Stage {
  readonly service: CloudService<CloudProvider>;
  readonly network: MemoryNetwork;
}

export type StartCloudStage = (options?: Partial<AvatarSessionOptions>) => Promise<CloudStage>;

/** A session at this service. */
export async function stageAt(
  service: CloudService<'agora'> | CloudService<'trtc'>,
  options?: Partial<AvatarSessionOptions>,
): Promise<CloudStage> {
  const session = createAvatarSession({
    transports: { [service.provider]: service.transport },
    source: service.source,
    ...options,
  });
  return {
    session,
    service,
    network: service.cloud.network,
    avatar: localAvatar(() => service.simulator.avatar),
    sound: service.sound,
    async close() {
      await session.close();
      await service.close();
    },
  };
}
