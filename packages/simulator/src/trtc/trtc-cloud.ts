/** A cloud of rooms in memory, and an SDK that enters them as TRTC's enters its own. */

import { type ProviderCredentials, systemClock } from '@avatarwire/core';
import { createMemoryNetwork, type MemoryNetwork } from '../memory-network';
import { randomName, seededRandom } from '../random';
import { roomName, type Surroundings } from './room-session';
import type { EnterRoomConfig, TrtcSdk } from './trtc-api';
import { TrtcClientDouble } from './trtc-client';
import { TRTC_ERROR_CODE } from './trtc-error';
import { TRTC_EVENT } from './trtc-events';
import type { TrtcCloudOptions, TrtcFaults } from './trtc-options';

export interface TrtcCloud {
  /** What `trtc({ sdk })` takes: resolves to the double of what `import('trtc-sdk-v5')` has as its `default`. */
  sdk(): Promise<TrtcSdk<TrtcClientDouble>>;
  readonly network: MemoryNetwork;
  /** Credentials that these rooms accept. `who` is the user's id, by default a new one. */
  credentials(
    room: string | number,
    who?: string | number,
    more?: { readonly cmdId?: number },
  ): ProviderCredentials['trtc'];
  /** The name of a room on `network`: that of a string is the string. */
  roomName(room: string | number): string;
  /** Every instance that was created, oldest first. */
  readonly clients: readonly TrtcClientDouble[];
  readonly faults: TrtcFaults;
}

const SDK_APP_ID = 1_400_000_000;
const SIGNATURE_WRONG = 70_003;
const SIGNATURE_OF_ANOTHER_USER = 70_013;
const SIGNATURE_OF_ANOTHER_APP = 70_014;

/** Makes a cloud. Nothing runs before an instance enters a room. */
export function createTrtcCloud(options: TrtcCloudOptions = {}): TrtcCloud {
  const { clock = systemClock, sdkAppId = SDK_APP_ID } = options;
  const random = seededRandom(options.seed ?? 1);
  const network =
    options.network ??
    createMemoryNetwork({
      policy: 'trtc',
      clock,
      random,
      // The limits are the SDK's, at hand-over: what arrives too close together is counted and delivered.
      enforceLimits: false,
      ...(options.conditions && { conditions: options.conditions }),
    });
  const faults: TrtcFaults = {};
  const clients: TrtcClientDouble[] = [];
  /** Who each signature was made for. */
  const signatures = new Map<string, string>();

  function refusal(config: EnterRoomConfig): number | undefined {
    const signedFor = signatures.get(config.userSig);
    if (signedFor === undefined) return SIGNATURE_WRONG;
    if (config.sdkAppId !== sdkAppId) return SIGNATURE_OF_ANOTHER_APP;
    return signedFor === config.userId ? undefined : SIGNATURE_OF_ANOTHER_USER;
  }

  const world: Surroundings = {
    clock,
    random,
    network,
    faults,
    refusal,
    announces: options.announces ?? 'shuffled',
    deafMs: options.deafMs ?? 0,
  };

  const sdk: TrtcSdk<TrtcClientDouble> = Object.freeze({
    create() {
      const client = new TrtcClientDouble(world);
      clients.push(client);
      return client;
    },
    isSupported: () => Promise.resolve({ result: true, detail: supported }),
    setLogLevel: () => {},
    async setCurrentSpeaker(speakerId: string) {
      for (const client of clients) await client.setSpeaker(speakerId);
    },
    EVENT: TRTC_EVENT,
    ERROR_CODE: TRTC_ERROR_CODE,
    VERSION: '5.17.1',
  });

  return {
    sdk: () => Promise.resolve(sdk),
    network,
    clients,
    faults,
    roomName,
    credentials(room, who = `user-${randomName(random)}`, more = {}) {
      const userId = String(who);
      const userSig = `signature-${randomName(random, 24)}`;
      signatures.set(userSig, userId);
      return { sdkAppId, room, userId, userSig, ...more };
    },
  };
}

const supported = Object.freeze({
  isBrowserSupported: true,
  isWebRTCSupported: true,
  isMediaDevicesSupported: true,
  isH264EncodeSupported: true,
  isVp8EncodeSupported: true,
  isH264DecodeSupported: true,
  isVp8DecodeSupported: true,
});
