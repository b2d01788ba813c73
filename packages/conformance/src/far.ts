/** The other side of the connection, as an adapter's harness drives it. */

import type { PublishedSource, TrackSource, TransportCloseReason } from '@avatarwire/core';

type Done = void | Promise<void>;

/** A track of ours, as the far end sees it. */
export interface SeenTrack {
  readonly kind: 'audio' | 'video';
  /** `unknown` where the network tells none: the harness then says so with `tellsSources: false`. */
  readonly source: TrackSource;
  /** Whether the far end gets silence, or no picture. */
  readonly muted: boolean;
  /** What arrived there, where it can be looked at: for `proveMedia`. */
  readonly track?: MediaStreamTrack;
}

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
  /** What we publish, as seen from there: nothing once we have left. */
  published?(room: Room): readonly SeenTrack[] | Promise<readonly SeenTrack[]>;
  /** The limit that is in force for what we publish under that source, in bits a second; undefined without one. */
  sentAtMost?(room: Room, source: PublishedSource): number | undefined;
  /** How often the SDK was called so far to publish, replace, mute or unpublish a track of ours. */
  publishCalls?(room: Room): number;
  /** The SDK's next publishing of a track fails. */
  failNextPublish?(room: Room): Done;
  /** From now who joins may not publish: `credentials(room)` say so, or the network does. */
  forbidPublish?(room: Room): Done;
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
  published: true,
  sentAtMost: true,
  publishCalls: true,
  failNextPublish: true,
  forbidPublish: true,
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

/** How a connection ends from there, what the transport then says, and in words. Where any will do, the first. */
export const remoteEnds: readonly (readonly [
  Operation & ('endRoom' | 'remove' | 'joinElsewhere' | 'lose'),
  TransportCloseReason,
  string,
])[] = [
  ['endRoom', 'room-ended', 'the room was ended'],
  ['remove', 'removed', 'we were removed'],
  ['joinElsewhere', 'joined-elsewhere', 'we joined from another place'],
  ['lose', 'network-lost', 'the network was lost'],
];
