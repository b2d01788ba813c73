/**
 * The slice of `livekit-client` that this adapter calls, as types, and how it is loaded and checked. A test holds the
 * types against the declarations of the lowest and the newest version in the peer range, so that a double of a `Room`
 * and the real one cannot drift apart.
 */

import { loadSdk as loadWith, requireMembers } from '@avatarwire/core/adapter';
import type {
  ConnectionQuality,
  ConnectionState,
  DataPublishOptions,
  DisconnectReason,
  RoomConnectOptions,
  RoomOptions,
  Track,
  TrackPublishOptions,
} from 'livekit-client';

/** With the peer range, as in package.json. */
export const SDK_PACKAGE = { provider: 'livekit', name: 'livekit-client', range: '^2.20.2' };

/** What `import('livekit-client')` gives, as far as we use it. */
export interface LivekitSdk {
  readonly Room: new (options?: LivekitRoomInit) => LivekitRoom;
  readonly DisconnectReason: Readonly<Record<number, string>>;
  readonly ConnectionErrorReason: Readonly<Record<number, string>>;
  readonly DataPacket_Kind: { readonly RELIABLE: number };
  readonly LocalAudioTrack: LivekitLocalTrackClass;
  readonly LocalVideoTrack: LivekitLocalTrackClass;
  isBrowserSupported(): boolean;
}

/** What we say to a new `Room`. */
export type LivekitRoomInit = Pick<
  RoomOptions,
  | 'adaptiveStream'
  | 'disconnectOnPageLeave'
  | 'reconnectPolicy'
  | 'singlePeerConnection'
  | 'stopLocalTrackOnUnpublish'
>;

/** What we call on a `Room`. */
export interface LivekitRoom {
  readonly state: `${ConnectionState}`;
  readonly localParticipant: LivekitLocalParticipant;
  readonly remoteParticipants: ReadonlyMap<string, LivekitParticipant>;
  /** Undefined after `disconnect()`. Declared by the SDK, and marked internal there. */
  readonly engine?: LivekitEngine | undefined;
  connect(url: string, token: string, options?: RoomConnectOptions): Promise<void>;
  disconnect(stopTracks?: boolean): Promise<void>;
  on(event: keyof LivekitRoomEvents, listener: (...payload: never[]) => void): unknown;
  off(event: keyof LivekitRoomEvents, listener: (...payload: never[]) => void): unknown;
}

export interface LivekitEngine {
  dataChannelForKind?(kind: number): LivekitDataChannel | undefined;
}

export interface LivekitDataChannel {
  bufferedAmountLowThreshold: number;
  readonly readyState: RTCDataChannelState;
}

export interface LivekitParticipant {
  readonly identity: string;
  readonly sid: string;
  readonly isActive: boolean;
}

export interface LivekitLocalParticipant {
  readonly identity: string;
  readonly permissions?: { readonly canPublishData: boolean };
  publishData(data: Uint8Array<ArrayBuffer>, options: DataPublishOptions): Promise<void>;
  publishTrack(
    track: LivekitLocalTrack | MediaStreamTrack,
    options: Pick<TrackPublishOptions, 'source' | 'simulcast'>,
  ): Promise<unknown>;
  unpublishTrack(track: LivekitLocalTrack | MediaStreamTrack, stopOnUnpublish: boolean): Promise<unknown>;
}

export type LivekitLocalTrackClass = new (
  track: MediaStreamTrack,
  constraints: undefined,
  userProvidedTrack: boolean,
) => LivekitLocalTrack;

/** What we call on a `LocalAudioTrack` and a `LocalVideoTrack`. */
export interface LivekitLocalTrack {
  readonly isMuted: boolean;
  mute(): Promise<unknown>;
  unmute(): Promise<unknown>;
  replaceTrack(track: MediaStreamTrack, userProvidedTrack: boolean): Promise<unknown>;
  getRTCStatsReport(): Promise<RTCStatsReport | undefined>;
  /** While it is published. Declared by the SDK, and marked internal there. */
  readonly sender?: Pick<RTCRtpSender, 'getParameters' | 'setParameters'> | undefined;
  /** Of a picture that is published: what the SDK publishes it with again after a full reconnect. */
  readonly publishOptions?: Pick<TrackPublishOptions, 'videoEncoding' | 'screenShareEncoding'>;
  stop(): void;
  stopMonitor(): void;
}

export interface LivekitRemoteTrack {
  readonly kind: `${Track.Kind}`;
  readonly source: `${Track.Source}`;
  readonly mediaStreamTrack: MediaStreamTrack;
  getRTCStatsReport(): Promise<RTCStatsReport | undefined>;
}

/** The events we listen to, with the arguments we read. */
export interface LivekitRoomEvents {
  signalReconnecting: () => void;
  reconnecting: () => void;
  reconnected: () => void;
  disconnected: (reason?: DisconnectReason) => void;
  participantActive: (participant: LivekitParticipant) => void;
  participantDisconnected: (participant: LivekitParticipant) => void;
  trackSubscribed: (track: LivekitRemoteTrack, publication: unknown, participant: LivekitParticipant) => void;
  trackUnsubscribed: (
    track: LivekitRemoteTrack,
    publication: unknown,
    participant: LivekitParticipant,
  ) => void;
  /** The sixth argument came with 2.23.0. */
  dataReceived: (
    payload: Uint8Array,
    participant: LivekitParticipant | undefined,
    kind: unknown,
    topic: string | undefined,
    encryption: unknown,
    participantIdentity?: string,
  ) => void;
  connectionQualityChanged: (
    quality: `${ConnectionQuality}`,
    participant: Pick<LivekitParticipant, 'identity'>,
  ) => void;
  dcBufferStatusChanged: (isLow: boolean, kind: number) => void;
}

/** The bundler sees the name and makes a chunk of its own of the SDK, which is downloaded by the first `connect()`. */
export const importSdk = (): Promise<LivekitSdk> => import('livekit-client');

/**
 * @throws AvatarError `sdk-missing`, `sdk-incompatible`; both name the package and its range
 */
export async function loadSdk(load: () => Promise<LivekitSdk>): Promise<LivekitSdk> {
  const sdk = await loadWith(SDK_PACKAGE, load);
  const { Room, LocalAudioTrack, LocalVideoTrack, isBrowserSupported, ...enums }: Partial<LivekitSdk> =
    sdk ?? {};
  const { ConnectionErrorReason, DataPacket_Kind, DisconnectReason } = enums;
  requireMembers(SDK_PACKAGE, { Room, LocalAudioTrack, LocalVideoTrack, isBrowserSupported }, 'function');
  requireMembers(SDK_PACKAGE, { ConnectionErrorReason, DataPacket_Kind, DisconnectReason }, 'object');
  return sdk;
}

/** @throws AvatarError `sdk-incompatible`, naming the member that is missing */
export function checkRoom(room: LivekitRoom): void {
  const { connect, disconnect, on, off, localParticipant, remoteParticipants }: Partial<LivekitRoom> = room;
  const { publishData, publishTrack, unpublishTrack }: Partial<LivekitLocalParticipant> =
    localParticipant ?? {};
  requireMembers(
    SDK_PACKAGE,
    { connect, disconnect, on, off, publishData, publishTrack, unpublishTrack },
    'function',
  );
  requireMembers(SDK_PACKAGE, { remoteParticipants }, 'object');
}

/** `send` settles when no more than this waits in the reliable channel, in bytes. */
export const LOW_MARK_BYTES = 16_384;

/**
 * Quirk: `publishData` resolves while up to 1 MiB waits in the channel, so an interrupt would stand behind a megabyte
 * of old chat; the public `DCBufferStatusChanged` knows 64 KiB only. That event follows the channel's own
 * `bufferedAmountLowThreshold`, so we lower that on the channel of the moment: the event then tells of our mark.
 * The channel is reached through `room.engine`, which the declarations show and mark as internal. Without it the
 * SDK's 64 KiB are the mark, and a closed channel goes unseen.
 *
 * Seen in livekit-client 2.20.2 to 2.23.0. Can go when the SDK has an option or a getter for the mark.
 */
export function lowerLowMark(room: LivekitRoom, sdk: LivekitSdk): void {
  const channel = reliableChannel(room, sdk);
  if (channel !== undefined) channel.bufferedAmountLowThreshold = LOW_MARK_BYTES;
}

/**
 * Quirk: when the server closes the reliable channel, every state goes on saying connected and `publishData` goes on
 * resolving, with nothing sent. The channel itself is the only sign.
 *
 * Seen in livekit-client 2.20.2 to 2.23.0.
 */
export function isChannelClosed(room: LivekitRoom, sdk: LivekitSdk): boolean {
  const state = reliableChannel(room, sdk)?.readyState;
  return state === 'closing' || state === 'closed';
}

function reliableChannel(room: LivekitRoom, sdk: LivekitSdk): LivekitDataChannel | undefined {
  return room.engine?.dataChannelForKind?.(sdk.DataPacket_Kind.RELIABLE);
}
