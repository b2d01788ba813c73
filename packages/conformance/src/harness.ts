/**
 * What an adapter hands to the suite. Nothing in the suite knows a vendor: everything it does to the other side of
 * the connection goes through `far`, and each operation there is optional. What is absent turns the cases that need
 * it into `unsupported`, by name; nothing is skipped in silence.
 */

import type { AvatarTransport, Provider, ProviderCredentials, TransportCloseReason } from '@avatarwire/core';
import type { Capability } from './define';
import { type Operation, type RemoteEnd, remoteEnds } from './far';
import { canMakeTracks } from './local-tracks';
import type { Stage, Unsupported } from './stage-types';
import type { HarnessTime } from './waiting';

/**
 * @typeParam Room whatever the harness needs to know of one room: a name, a bot, a double. The suite passes it back
 * and never looks inside.
 */
export interface TransportHarness<P extends Provider = Provider, Room = unknown> {
  readonly provider: P;
  /** What was real in this run, for the reader of a report: `livekit-server 1.13.5, livekit-client in Chromium`. */
  readonly real: string;
  /** Makes an empty room. Called at least once a case. */
  open(): Room | Promise<Room>;
  /** Takes a room down, also after a case that failed. Every transport made for it was closed before. */
  close?(room: Room): void | Promise<void>;
  /** A fresh transport that will join `room`. */
  create(room: Room): AvatarTransport<P>;
  /** Valid credentials for `room`. Two calls may give two identities. */
  credentials(room: Room): ProviderCredentials[P];
  /** The avatar's participant id, where details of this provider name it. */
  avatarId?(room: Room): string;
  /** The other side. */
  readonly far: RemoteEnd<Room>;
  /** The clock given to the transports, where they take one. */
  readonly time?: HarnessTime;
  /** Listeners on the vendor's object. */
  readonly listeners?: HarnessListeners<Room, P>;
  /** Strings that must never be read in an error or a log: the token, the signature. */
  secrets?(room: Room): readonly string[];
  /** More credentials that must be refused, beside those that the suite makes up itself from valid ones. */
  readonly invalidCredentials?: readonly { readonly field: string; readonly credentials: unknown }[];
  /** The ways in which the vendor reports an end. The suite plays the events of each in every order. */
  readonly endings?: readonly Ending<Room>[];
  /** How much may be sent at once without breaking the network's rules. @default 60 packets and 200,000 bytes */
  readonly burst?: { readonly packets: number; readonly bytes: number };
  /**
   * Whether the caller may change a packet's bytes once `send` has returned. `until-settled` is for SDKs that keep the
   * caller's buffer; the adapter's docs then say so. @default 'free'
   */
  readonly buffer?: 'free' | 'until-settled';
  /** Above this the channel counts as full and `send` waits, in bytes. Needed for the cases on backpressure. */
  readonly lowMarkBytes?: number;
  /** The adapter's own deadline for joining, as `create` sets it. @default 15000 */
  readonly connectTimeoutMs?: number;
  /** Proof that a remote track carries something; rejects if not. Without it, the track's arrival is the proof. */
  proveMedia?(track: MediaStreamTrack): Promise<void>;
  /**
   * A fresh live track of ours, for the cases on publishing. The suite stops it.
   *
   * @default in a browser a drawn picture and a tone; elsewhere none, and the cases are `unsupported`
   */
  localTrack?(kind: 'audio' | 'video'): MediaStreamTrack;
  /** Whether the far end learns the source of a track of ours. @default true */
  readonly tellsSources?: boolean;
  /** How long anything ordinary may take, in milliseconds. @default 5000 */
  readonly patienceMs?: number;
  /** How long to watch for what must not happen, in milliseconds. @default 150 */
  readonly quietMs?: number;
  /** Cases of this adapter alone. */
  readonly extraCases?: readonly ExtraCase<P, Room>[];
}

export interface HarnessListeners<Room, P extends Provider = Provider> {
  /** How many listeners the transport has on the vendor's objects, the suite's foreign ones not counted. */
  count(room: Room, transport: AvatarTransport<P>): number;
  /** Adds a listener that is not the transport's. The function returned says whether it is still there. */
  addForeign(room: Room, transport: AvatarTransport<P>): () => boolean;
}

export interface Ending<Room> {
  readonly name: string;
  /** What the transport must say; several where the order of events decides. */
  readonly reason: TransportCloseReason | readonly TransportCloseReason[];
  /** What the vendor emits, at most four. */
  readonly events: readonly ((room: Room) => void | Promise<void>)[];
}

export interface ExtraCase<P extends Provider, Room> {
  /** A sentence about behaviour. */
  readonly name: string;
  /** @default 'hygiene' */
  readonly about?: Capability;
  readonly needs?: readonly Need[];
  run(stage: Stage<P>, room: Room): Promise<void | Unsupported>;
}

/** What a case needs of a harness: an operation of the far end, any of those that end a connection, or one of these. */
export type Need = Operation | 'anyEnd' | 'time' | 'listeners' | 'secrets' | 'lowMarkBytes' | 'localTrack';

/** Which of `needs` the harness does not meet. */
export function missingNeeds<P extends Provider, Room>(
  harness: TransportHarness<P, Room>,
  needs: readonly Need[],
): readonly Need[] {
  return needs.filter((need) => {
    if (need === 'anyEnd') return remoteEnds.every(([operation]) => harness.far[operation] === undefined);
    if (need === 'localTrack') return harness.localTrack === undefined && !canMakeTracks();
    if (need === 'time' || need === 'listeners' || need === 'secrets' || need === 'lowMarkBytes') {
      return harness[need] === undefined;
    }
    return harness.far[need] === undefined;
  });
}
