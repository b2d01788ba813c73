/**
 * What an adapter hands to the suite. Nothing in the suite knows a vendor: everything it does to the other side of
 * the connection goes through `far`, and each operation there is optional. What is absent turns the cases that need
 * it into `unsupported`, by name; nothing is skipped in silence.
 */

import type { AvatarTransport, Provider, ProviderCredentials, TransportCloseReason } from '@avatarwire/core';
import type { Stage } from './stage';

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
  /** How long anything ordinary may take, in milliseconds. @default 5000 */
  readonly patienceMs?: number;
  /** How long to watch for what must not happen, in milliseconds. @default 150 */
  readonly quietMs?: number;
  /** Cases of this adapter alone. */
  readonly extraCases?: readonly ExtraCase<P, Room>[];
}

export interface HarnessTime {
  /** Moves the clock and lets everything settle. */
  advance(ms: number): Promise<void>;
  /** Whether the network lives on this clock too. Then waiting means advancing; otherwise waiting is real. */
  readonly movesNetwork: boolean;
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
  readonly needs?: readonly Need[];
  run(stage: Stage<P>, room: Room): Promise<void | Unsupported>;
}

/** Says that a case does not apply, once that is known. */
export interface Unsupported {
  readonly unsupported: string;
}

type Done = void | Promise<void>;

/**
 * Everything that can happen at the other side. Each operation resolves when it was done, which is not always when
 * our transport knows.
 */
export interface RemoteEnd<Room = unknown> {
  /** Whether our transport is in the room, as seen from there. */
  present?(room: Room): boolean | Promise<boolean>;
  /** The avatar joins. Resolves with its participant id. */
  joinAsAvatar?(room: Room): string | Promise<string>;
  /** The avatar leaves for good. */
  leave?(room: Room): Done;
  /** The avatar sends these bytes. */
  deliver?(room: Room, data: Uint8Array<ArrayBuffer>): Done;
  /** Another participant, `id`, joins if need be and sends these bytes. */
  deliverAs?(room: Room, id: string, data: Uint8Array<ArrayBuffer>): Done;
  /** Arranges that the avatar's bytes reach the SDK while our `connect` is still pending. */
  deliverWhileJoining?(room: Room, data: Uint8Array<ArrayBuffer>): Done;
  /** What the avatar has received so far, in the order of arrival. */
  received?(room: Room): readonly Uint8Array[];
  /** What the SDK was called with so far: must be up to date in the same turn. */
  handedOver?(room: Room): readonly Uint8Array[];
  /** The avatar publishes a track. */
  addTrack?(room: Room, kind: 'audio' | 'video'): Done;
  removeTrack?(room: Room, kind: 'audio' | 'video'): Done;
  /** The avatar's track gives way to another of its kind. */
  replaceTrack?(room: Room, kind: 'audio' | 'video'): Done;
  /** The link drops and the SDK tries to come back. */
  cut?(room: Room): Done;
  /** After `cut`: the link is back and nothing was lost. */
  resume?(room: Room): Done;
  /** After `cut`: a new connection; what was under way is lost. */
  reconnectFully?(room: Room): Done;
  /** The link is gone and the SDK has given up. */
  lose?(room: Room): Done;
  endRoom?(room: Room): Done;
  /** A moderator throws us out. */
  remove?(room: Room): Done;
  /** Our identity joins from another place. */
  joinElsewhere?(room: Room): Done;
  /** From now the SDK's join never settles. */
  hangJoin?(room: Room): Done;
  /** From now a join does not complete until the function returned is called. */
  holdJoin?(room: Room): () => Done;
  /** From now the network refuses our credentials. */
  refuseJoin?(room: Room): Done;
  /** The SDK's next send fails. */
  failNextSend?(room: Room): Done;
  /** The SDK takes the next packet and does not say so until the function returned is called. */
  holdNextSend?(room: Room): () => Done;
  /** From now the SDK's leaving never settles. */
  hangLeave?(room: Room): Done;
  /** The uplink stops and the channel's buffer fills, until the function returned is called. */
  clog?(room: Room): (() => Done) | Promise<() => Done>;
}

export type Operation = keyof RemoteEnd;

/** What a case needs of a harness: an operation of the far end, or one of these. */
export type Need = Operation | 'time' | 'listeners' | 'secrets' | 'lowMarkBytes';

/** Complete by its type: an operation that is missing here does not compile. */
const operationTable: { readonly [O in Operation]-?: true } = {
  present: true,
  joinAsAvatar: true,
  leave: true,
  deliver: true,
  deliverAs: true,
  deliverWhileJoining: true,
  received: true,
  handedOver: true,
  addTrack: true,
  removeTrack: true,
  replaceTrack: true,
  cut: true,
  resume: true,
  reconnectFully: true,
  lose: true,
  endRoom: true,
  remove: true,
  joinElsewhere: true,
  hangJoin: true,
  holdJoin: true,
  refuseJoin: true,
  failNextSend: true,
  holdNextSend: true,
  hangLeave: true,
  clog: true,
};
export const operations = Object.keys(operationTable) as readonly Operation[];

/** Which of `needs` the harness does not meet. */
export function missingNeeds<P extends Provider, Room>(
  harness: TransportHarness<P, Room>,
  needs: readonly Need[],
): readonly Need[] {
  return needs.filter((need) => {
    if (need === 'time' || need === 'listeners' || need === 'secrets' || need === 'lowMarkBytes') {
      return harness[need] === undefined;
    }
    return harness.far[need] === undefined;
  });
}
