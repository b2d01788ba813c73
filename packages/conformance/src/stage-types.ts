/** What a case works with: a room, transports that are watched, and waiting that ends. */

import type {
  AvatarTransport,
  ConnectOptions,
  Provider,
  ProviderCredentials,
  TransportCloseReason,
  TransportConnection,
  TransportEvents,
} from '@avatarwire/core';
import type { Operation, RemoteEnd } from './far';
import type { Waiting } from './waiting';

type Bind<F> = F extends (room: never, ...rest: infer Rest) => infer Result
  ? (...rest: Rest) => Result
  : never;

/** The far end of one room. An operation that the harness lacks fails when called; cases name what they need. */
export type BoundFar = { readonly [O in Operation]: Bind<NonNullable<RemoteEnd<never>[O]>> };

export type RecordedEvent = {
  [E in keyof TransportEvents]: { readonly event: E; readonly payload: TransportEvents[E] };
}[keyof TransportEvents];

/** A transport and everything that it said. */
export interface Watched<P extends Provider = Provider> {
  readonly transport: AvatarTransport<P>;
  readonly events: readonly RecordedEvent[];
  /** The payloads of one event, in order. */
  all<E extends keyof TransportEvents>(event: E): readonly TransportEvents[E][];
  /** `connect` with valid credentials. */
  connect(options?: Partial<ConnectOptions>): Promise<TransportConnection>;
  send(data: Uint8Array<ArrayBuffer>): Promise<void>;
  /** That it has ended exactly once, for this reason, and said nothing since. */
  checkEnded(reasons: string | readonly string[]): void;
}

export interface Stage<P extends Provider = Provider> extends Waiting {
  readonly provider: P;
  readonly far: BoundFar;
  /** Ends the connection in the first way that the far end has. Resolves with what the transport must say. */
  endFromFar(): Promise<TransportCloseReason>;
  /** Whether the far end can do this. For cases that go further where it can. */
  can(operation: Operation): boolean;
  readonly credentials: () => ProviderCredentials[P];
  readonly burst: { readonly packets: number; readonly bytes: number };
  /** Whether a packet's bytes may be changed once `send` has returned. */
  readonly buffer: 'free' | 'until-settled';
  readonly invalidCredentials: readonly { readonly field: string; readonly credentials: unknown }[];
  /** Proof that a track carries something, where the harness has one. */
  proveMedia(track: MediaStreamTrack): Promise<void>;
  /** A fresh live track of ours. Its end, and that of its clones, is the suite's affair. */
  localTrack(kind: 'audio' | 'video'): MediaStreamTrack;
  /** How many clones of such tracks, and clones of clones, are live. */
  liveClones(): number;
  /** Whether the far end learns the source of a track of ours. */
  readonly tellsSources: boolean;
  readonly connectTimeoutMs: number;
  readonly lowMarkBytes: number;
  readonly avatarId: string | undefined;
  secrets(): readonly string[];
  /** Every log line of every transport, details included. */
  readonly logged: readonly string[];
  /** A fresh transport, listened to from the start. */
  create(): Watched<P>;
  /** A fresh transport, connected. */
  connect(
    options?: Partial<ConnectOptions>,
  ): Promise<Watched<P> & { readonly connection: TransportConnection }>;
  listenerCount(watched: Watched<P>): number;
  addForeignListener(watched: Watched<P>): () => boolean;
  /** A second room with its own far end, whose waiting is this one's. */
  another(): Promise<Stage<P>>;
}

/** Says that a case does not apply, once that is known. */
export interface Unsupported {
  readonly unsupported: string;
}
