/** What the clients of one cloud share: its network, its tokens, who has which uid and role, and what goes wrong. */

import type { Clock } from '@avatarwire/core';
import type { MemoryFaults } from '../memory-client';
import type { MemoryNetwork } from '../memory-network';
import type { Random } from '../random';
import { AgoraRTCException } from './agora-error';
import type { AgoraQuality, AgoraUid } from './agora-types';

/** How far a client gets on its way to the gateway: names do not resolve, HTTP 500, no answer at all. */
export type AgoraReach = 'open' | 'unresolved' | 'server-error' | 'hangs';

/** Set one and the client's calls wait, fail or hang; what a function rejects with is what the call rejects with. */
export interface AgoraFaults extends MemoryFaults {
  /** @default 'open' */
  reach?: AgoraReach;
  publish?: () => Promise<void>;
  subscribe?: () => Promise<void>;
  /** Whoever sends too fast is moved to another gateway, and reconnects. @default false */
  tooFastReconnects?: boolean;
}

/** What was not seen of the real cloud, and what we let it do meanwhile: the harder side. */
export interface AgoraBehaviour {
  /**
   * What the SDK says to whose uid joined again elsewhere. Told so by its gateway, 4.20 and 4.24 both say what they say
   * of a ban, unless an undeclared parameter (`IGNORE_UID_CHECK`) is set. @default 'UID_BANNED'
   */
  readonly sameUid: 'UID_CONFLICT' | 'UID_BANNED';
  /**
   * How `sendStreamMessage` refuses: 4.24 rejects, and 4.20 throws in the turn of the call, both seen.
   * @default 'rejected'
   */
  readonly sendRefusals: 'rejected' | 'thrown';
  /** What an audience sends in live mode: `lost` without a word, or `delivered`. @default 'lost' */
  readonly audienceData: 'lost' | 'delivered';
  /**
   * JSON objects with `_type`, or with both `total` and `id`, are kept by the receiving SDK. So it is read of 4.23;
   * 4.20 and 4.24 were seen to pass them on in the modes `rtc` and `live`. @default false
   */
  readonly swallowsLookalikes: boolean;
  /** Who is there is announced around the end of `join`, in an order that the seed decides; or before it. @default 'any' */
  readonly announcements: 'any' | 'before-joined';
  /**
   * After a reconnect with losses everyone seems to have left and come back. The real SDK was seen to keep silent about
   * whom it knows. @default false
   */
  readonly announcesAgain: boolean;
  /** `join` refuses tokens that this cloud did not issue for the channel and the uid. @default 'issued' */
  readonly tokens: 'issued' | 'any';
}

export const defaultBehaviour: AgoraBehaviour = Object.freeze({
  sameUid: 'UID_BANNED',
  sendRefusals: 'rejected',
  audienceData: 'lost',
  swallowsLookalikes: false,
  announcements: 'any',
  announcesAgain: false,
  tokens: 'issued',
});

/** Quality as every client is told it, every 2 s. May be changed. */
export interface AgoraQualityNow {
  uplinkNetworkQuality: AgoraQuality;
  downlinkNetworkQuality: AgoraQuality;
}

export interface IssuedToken {
  readonly channel: string;
  readonly uid: AgoraUid;
  /** On the clock's `now`. */
  readonly expiresAt: number;
}

export interface ClientInChannel {
  readonly channelName: string | undefined;
  roleChanged(id: string): void;
}

export interface AgoraWorld {
  readonly appId: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly network: MemoryNetwork;
  readonly faults: AgoraFaults;
  readonly behaviour: AgoraBehaviour;
  readonly quality: AgoraQualityNow;
  readonly tokens: ReadonlyMap<string, IssuedToken>;
  readonly clients: readonly ClientInChannel[];
  readonly uids: Map<string, AgoraUid>;
  readonly audience: Set<string>;
  /** What `sendStreamMessage` was called with, in order. */
  readonly handedOver: Uint8Array<ArrayBuffer>[];
  onListenerError?(error: unknown): void;
}

export const inChannel = (channel: string, id: string): string => JSON.stringify([channel, id]);

/** Who did not join through the SDK, such as the avatar, has a number where its id reads as one. */
export function uidOf(world: AgoraWorld, channel: string, id: string): AgoraUid {
  return world.uids.get(inChannel(channel, id)) ?? (/^\d{1,10}$/.test(id) ? Number(id) : id);
}

/**
 * @throws AgoraRTCException `CAN_NOT_GET_GATEWAY_SERVER`: a wrong app id, and a token that is missing, wrong or expired
 */
export function checkAdmission(
  { appId, tokens, behaviour, clock }: AgoraWorld,
  joining: {
    readonly appId: string;
    readonly channel: string;
    readonly token: string | null;
    readonly uid: AgoraUid;
  },
): IssuedToken | undefined {
  const issued = joining.token === null ? undefined : tokens.get(joining.token);
  if (issued !== undefined && issued.expiresAt <= clock.now()) throw refused('dynamic key expired');
  if (behaviour.tokens === 'any') return issued;
  if (joining.appId !== appId) throw refused('invalid vendor key, can not find appid');
  if (issued === undefined) throw refused('dynamic use static key');
  if (issued.channel !== joining.channel || String(issued.uid) !== String(joining.uid))
    throw refused('invalid token, authorized failed');
  return issued;
}

function refused(why: string): AgoraRTCException {
  return new AgoraRTCException('CAN_NOT_GET_GATEWAY_SERVER', why, { retry: false });
}
