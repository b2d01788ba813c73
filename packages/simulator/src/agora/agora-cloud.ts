/** A cloud of Agora's in memory, and the SDK that talks to it: for tests and demos of an adapter, without an account. */

import { type ProviderCredentials, systemClock } from '@avatarwire/core';
import { createMemoryNetwork, type MemoryNetwork, type MemoryNetworkOptions } from '../memory-network';
import { randomName, seededRandom } from '../random';
import { checkKind } from './agora-checks';
import { AgoraClientDouble } from './agora-client';
import { AgoraEmitter } from './agora-emitter';
import { LocalTrackDouble, LocalVideoTrackDouble } from './agora-tracks';
import type { AgoraClientConfig, AgoraUid } from './agora-types';
import {
  type AgoraBehaviour,
  type AgoraFaults,
  type AgoraQualityNow,
  type AgoraWorld,
  defaultBehaviour,
  type IssuedToken,
  inChannel,
} from './agora-world';

export interface AgoraCloudOptions
  extends Pick<MemoryNetworkOptions, 'clock' | 'conditions' | 'giveUpMs' | 'serverClock'> {
  /** Of every random number: uids, orders of events, delays. @default 1 */
  readonly seed?: number;
  /** What nobody has seen of the real cloud. @default the harder side of each */
  readonly behaviour?: Partial<AgoraBehaviour>;
  /** How long a move to another gateway takes, in milliseconds: see `faults.tooFastReconnects`. @default 500 */
  readonly gatewayChangeMs?: number;
  /** Receives what a listener threw; the real SDK writes it to the console. @default it is thrown again, uncaught */
  readonly onListenerError?: (error: unknown) => void;
}

/** What `import('agora-rtc-sdk-ng')` gives, as far as the double goes: the members stand on the default export. */
export interface AgoraSdkDouble {
  readonly default: AgoraRTCDouble;
}

export interface AgoraCredentialsOptions {
  /** Until the token expires, in milliseconds from now. @default Infinity */
  readonly expiresInMs?: number;
  readonly role?: 'host' | 'audience';
}

export interface AgoraCloud {
  /** For `agora({ sdk })`. */
  readonly sdk: () => Promise<AgoraSdkDouble>;
  /** Rooms are channels; participants of its own, such as an avatar, join with `network.join(channel, uid)`. */
  readonly network: MemoryNetwork;
  readonly faults: AgoraFaults;
  /** What clients are told every 2 s. */
  readonly quality: AgoraQualityNow;
  /** Every client that was made, the oldest first. */
  readonly clients: readonly AgoraClientDouble[];
  /** What `sendStreamMessage` took, in the order of calls: also what waits, and what never left. */
  readonly handedOver: readonly Uint8Array<ArrayBuffer>[];
  /** Valid for one channel and one uid. A uid that is not given is a number of its own. */
  credentials(
    channel: string,
    uid?: AgoraUid,
    options?: AgoraCredentialsOptions,
  ): ProviderCredentials['agora'];
}

const GATEWAY_CHANGE_MS = 500;

export function createAgoraCloud(options: AgoraCloudOptions = {}): AgoraCloud {
  const { clock = systemClock, seed = 1, gatewayChangeMs = GATEWAY_CHANGE_MS } = options;
  const random = seededRandom(seed);
  const network = createMemoryNetwork({
    ...options,
    clock,
    random,
    policy: 'agora',
    // What comes too fast is counted and delivered: what the real gateway does to it nobody has seen.
    enforceLimits: false,
    roundTripSends: true,
    onOverLimit: (id) => moveToAnotherGateway(id),
  });
  const faults: AgoraFaults = network.faults;
  const tokens = new Map<string, IssuedToken>();
  const clients: AgoraClientDouble[] = [];
  const world: AgoraWorld = {
    appId: `app-${randomName(random)}`,
    clock,
    random,
    network,
    faults,
    behaviour: { ...defaultBehaviour, ...options.behaviour },
    quality: { uplinkNetworkQuality: 1, downlinkNetworkQuality: 1 },
    tokens,
    clients,
    uids: new Map(),
    audience: new Set(),
    handedOver: [],
    ...(options.onListenerError && { onListenerError: options.onListenerError }),
  };
  const rtc = new AgoraRTCDouble(world, (client) => clients.push(client));

  function moveToAnotherGateway(id: string): void {
    if (!faults.tooFastReconnects) return;
    for (const { uid, channelName } of clients) {
      if (channelName === undefined || String(uid) !== id) continue;
      network.cut(channelName, id);
      clock.schedule(() => network.reconnectLossily(channelName, id), gatewayChangeMs);
    }
  }

  return {
    sdk: async () => ({ default: rtc }),
    network,
    faults,
    quality: world.quality,
    clients,
    handedOver: world.handedOver,
    credentials(channel, uid = 1 + Math.floor(random() * 2 ** 31), { expiresInMs = Infinity, role } = {}) {
      const token = `007${randomName(random, 64)}`;
      tokens.set(token, { channel, uid, expiresAt: clock.now() + expiresInMs });
      world.uids.set(inChannel(channel, String(uid)), uid);
      return { appId: world.appId, channel, token, uid, ...(role !== undefined && { role }) };
    },
  };
}

/** The SDK's default export. `AgoraRTCErrorCode` is declared by the real one, and missing at run time; so it is here. */
export class AgoraRTCDouble extends AgoraEmitter {
  readonly VERSION = '4.24.8';
  onAutoplayFailed: (() => void) | undefined;
  onAudioAutoplayFailed: (() => void) | undefined;
  logLevel = 0;
  readonly #world: AgoraWorld;
  readonly #made: (client: AgoraClientDouble) => void;

  constructor(world: AgoraWorld, made: (client: AgoraClientDouble) => void) {
    super();
    this.#world = world;
    this.#made = made;
  }

  createClient(config: AgoraClientConfig): AgoraClientDouble {
    const client = new AgoraClientDouble(this.#world, config);
    this.#made(client);
    return client;
  }

  createCustomAudioTrack({
    mediaStreamTrack,
  }: {
    readonly mediaStreamTrack: MediaStreamTrack;
  }): LocalTrackDouble {
    return new LocalTrackDouble(checkKind(mediaStreamTrack, 'audio'));
  }

  createCustomVideoTrack({
    mediaStreamTrack,
  }: {
    readonly mediaStreamTrack: MediaStreamTrack;
  }): LocalVideoTrackDouble {
    return new LocalVideoTrackDouble(checkKind(mediaStreamTrack, 'video'));
  }

  checkSystemRequirements(): boolean {
    return true;
  }

  setLogLevel(level: number): void {
    this.logLevel = level;
  }

  disableLogUpload(): void {}

  enableLogUpload(): void {}

  resumeAudioContext(): void {}

  /** Untyped in the real one, where it exists all the same. */
  setParameter(_name: string, _value: unknown): void {}
}
