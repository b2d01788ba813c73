/**
 * The contract of an adapter: bytes and tracks, nothing else.
 *
 * A transport speaks to one provider over one connection. It knows no message, no queue, no rate and no retry: those
 * live in the session, once. `@avatarwire/conformance` holds every rule below as a runnable case.
 *
 * - **One object, one connection.** `connect` is called at most once, then `close`. The session makes a fresh
 *   transport for each attempt.
 * - **Listeners first.** Every listener on the vendor's object is attached before joining, so nothing early is lost.
 * - **Its own deadline.** `connect` never hangs: it rejects `connect-timeout` by itself. It obeys its signal at once
 *   and rejects with `signal.reason`. Whatever failed, nothing stays open, and a join that completes after we gave up
 *   is left again.
 * - **No queue.** `send` calls the SDK synchronously and in call order.
 * - **Ends once.** After a successful `connect`, `closed` is emitted exactly once, also after `close()`; nothing is
 *   emitted after it. A failed `connect` emits no `closed`.
 * - **Leaves no trace.** After `close` no listener of ours is left on the vendor's object, and none was removed that
 *   is not ours.
 * - A method that returns a promise never throws synchronously.
 */

import type { Provider, ProviderCredentials } from './credentials';
import type { RatePolicy } from './delivery/rate-policies';
import type { AvatarError } from './errors';
import type { Logger } from './logger';

export interface AvatarTransport<P extends Provider = Provider> {
  /** For errors and logs only; nobody branches on it. */
  readonly provider: P;
  /** The most this adapter can do: frozen, and known before connecting. */
  readonly capabilities: TransportCapabilities;
  /**
   * Joins. Resolves when packets and tracks can flow, with what this connection can do, never more than
   * `capabilities` says.
   *
   * @throws AvatarError `invalid-credentials` (names the field), `sdk-missing`, `sdk-incompatible`,
   * `credentials-refused`, `session-gone`, `connect-timeout`, `network`; or `signal.reason` after an abort.
   */
  connect(credentials: ProviderCredentials[P], options: ConnectOptions): Promise<TransportConnection>;
  /**
   * Hands exactly the bytes of this view to the SDK, synchronously. Resolves when the SDK says that it took them;
   * resolved means handed over, not delivered. On a network without a rate it resolves only when the channel's buffer
   * is at or below its low mark.
   *
   * @throws AvatarError `not-connected` without calling the SDK; `packet-too-large`; `service-busy` with
   * `retryAfterMs` where the SDK's own limiter refused, and nothing was sent; `send-unsettled` after 10 s without an
   * answer; `network` for what else the SDK reports.
   */
  send(packet: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Leaves. From any state, any number of times; resolves within 3 s. Never rejects. */
  close(): Promise<void>;
  /** Adds a listener and returns its undo. */
  on<E extends keyof TransportEvents>(event: E, listener: (payload: TransportEvents[E]) => void): () => void;
  /**
   * Plays what the SDK plays on this device; an empty id is the system's own choice. Present only where `playsAudio`.
   *
   * @throws AvatarError `not-connected`, `unsupported` where the browser cannot, `device-unavailable`
   */
  setOutput?(deviceId: string): Promise<void>;
  /** Sending tracks of ours, where the adapter can. */
  readonly publishing?: Publishing;
  /** What the vendor measures, where it measures. */
  statistics?(): Promise<Statistics>;
  /** The vendor's own client: the one sanctioned leak. Typed by the adapter. */
  readonly native?: unknown;
}

export interface TransportCapabilities {
  /** Largest packet in bytes. */
  readonly maxPacketBytes: number;
  /** Packets arrive, unless the connection is lost. */
  readonly reliable: boolean;
  /** Packets arrive in the order of sending. */
  readonly ordered: boolean;
  /** Carries audio and video tracks. */
  readonly media: boolean;
  /** The SDK plays remote audio itself; core must not play it again. */
  readonly playsAudio: boolean;
  /** The provider's limits, from an adapter whose provider core's own table does not know. */
  readonly policy?: RatePolicy;
}

export interface ConnectOptions {
  readonly signal: AbortSignal;
  /** The avatar's participant id, where the details name it: packets are addressed to it alone. */
  readonly avatarId?: string;
  readonly logger: Logger;
  /** A call to the avatar service over REST, for services that signal that way. */
  readonly call?: (action: string, body: unknown) => Promise<unknown>;
}

export interface TransportConnection {
  /** Our own participant id. */
  readonly localId: string;
  /** Largest packet on this connection, in bytes; at most that of `capabilities`. */
  readonly maxPacketBytes: number;
  /** Whether this connection may send packets at all. */
  readonly canSend: boolean;
}

export type TrackSource = 'microphone' | 'camera' | 'screen' | 'unknown';

export type PublishedSource = Exclude<TrackSource, 'unknown'>;

/**
 * Sends tracks of ours, at most one for each source. The transport opens no device: whoever opened the track stops
 * it. It is never stopped here, and its `enabled` is as it was found once it is no longer published. After `close`
 * nothing of it is held, so that the device's light goes out when its owner stops it.
 *
 * Every method rejects `not-connected` unless the transport is connected, also while it reconnects; what is published
 * survives a reconnect. `unsupported` where the role or the token does not permit publishing; `network` for what else
 * the SDK reports. Calls may overlap; each takes effect in the order of calls. `createPublishing` of
 * `@avatarwire/core/adapter` is all of this but the vendor's own calls.
 */
export interface Publishing {
  /**
   * Resolves when the SDK sends the track. Rejects `invalid-argument` when the source is published already, when the
   * track has ended, and for a track of the wrong kind: a microphone is sound, a camera and a screen are pictures.
   */
  publish(source: PublishedSource, track: MediaStreamTrack): Promise<void>;
  /** Another track in place of the one that is published, muted as that was. Rejects `invalid-argument` without one. */
  replace(source: PublishedSource, track: MediaStreamTrack): Promise<void>;
  /** Resolves at once when nothing is published. */
  unpublish(source: PublishedSource): Promise<void>;
  /** Others get silence, or no picture. Rejects `invalid-argument` when nothing is published. */
  mute(source: PublishedSource, muted: boolean): Promise<void>;
  /**
   * At most this many bits a second for the picture that is published under that source, until it is unpublished; also
   * after a `replace`. Absent where the SDK cannot change it while it sends. Rejects `invalid-argument` when nothing is
   * published, for a microphone and for no number above 0; `unsupported` for a source whose rate the SDK fixes.
   */
  limit?(source: PublishedSource, maxBitsPerSecond: number): Promise<void>;
}

/** Why a transport ended. Each adapter's docs hold the table from the vendor's reasons to these. */
export type TransportCloseReason =
  | 'requested'
  | 'network-lost'
  | 'joined-elsewhere'
  | 'removed'
  | 'room-ended'
  | 'credentials-expired'
  | 'page-frozen'
  | 'failed';

export type NetworkQuality = 'unknown' | 'excellent' | 'good' | 'poor' | 'bad' | 'lost';

export interface Quality {
  readonly up: NetworkQuality;
  readonly down: NetworkQuality;
  /** Only where the vendor measures it. */
  readonly roundTripMs?: number;
}

/**
 * Measured figures; a field that the vendor does not measure, or not now, is absent, never invented. Each adapter's
 * README says which it has. The counters begin anew after a reconnect that is no resume, and some vendors count only
 * what is sent or received now: a smaller figure than before is a new beginning.
 */
export interface Statistics {
  readonly roundTripMs?: number;
  /** Counted. Two of them and the time between give the bit rate. */
  readonly bytesSent?: number;
  readonly bytesReceived?: number;
  /** Counted, of what others send. */
  readonly packetsLost?: number;
  /** How unevenly packets arrive: of the sound or the picture, whichever is worse. */
  readonly jitterMs?: number;
  /** Of the picture that arrives, as are the next two. */
  readonly framesPerSecond?: number;
  /** Pixels. */
  readonly frameWidth?: number;
  readonly frameHeight?: number;
}

export interface TransportEvents {
  /** Exactly the bytes that arrived, in an array of their own, and the participant that sent them. */
  packet: { readonly data: Uint8Array; readonly from: string };
  'track-added': RemoteTrack;
  /** A replaced track is removed and added. */
  'track-removed': RemoteTrack;
  /**
   * The browser refused to play what the SDK plays. Call `resume` in the handler of a click. `resumed` resolves when it
   * plays after all, whoever saw to it: some SDKs try again on any click. Absent where the SDK does not tell.
   */
  'playback-blocked': {
    readonly kind: 'audio' | 'video';
    resume(): Promise<void>;
    readonly resumed?: Promise<void>;
  };
  'participant-joined': { readonly id: string };
  /** Only after the grace in which a vendor's reconnect looks like everyone leaving (3 s). */
  'participant-left': { readonly id: string };
  reconnecting: Record<string, never>;
  /** `lossy`: packets handed over before may be lost. */
  reconnected: { readonly lossy: boolean };
  quality: Quality;
  'credentials-expiring': { readonly inMs: number };
  closed: { readonly reason: TransportCloseReason; readonly error?: AvatarError };
}

export interface RemoteTrack {
  readonly track: MediaStreamTrack;
  readonly kind: 'audio' | 'video';
  readonly source: TrackSource;
  readonly from: string;
  /** The SDK plays this track; core attaches it to nothing. */
  readonly playedBySdk: boolean;
}
