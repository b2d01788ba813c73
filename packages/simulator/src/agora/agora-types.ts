/**
 * What the double shows of the SDK, in types of our own, so that nobody needs the SDK's to read them. A type test
 * holds them against the real declarations.
 */

/** The SDK takes anything as a listener. */
// biome-ignore lint/complexity/noBannedTypes: the SDK declares it so, and what is given must be assignable both ways.
export type AgoraListener = Function;

export type AgoraUid = number | string;
export type AgoraMediaType = 'audio' | 'video';
export type AgoraRole = 'host' | 'audience';
export type AgoraConnectionState =
  | 'DISCONNECTED'
  | 'CONNECTING'
  | 'CONNECTED'
  | 'RECONNECTING'
  | 'DISCONNECTING';

/** Why the SDK is `DISCONNECTED`. */
export type AgoraDisconnectedReason =
  | 'LEAVE'
  | 'NETWORK_ERROR'
  | 'SERVER_ERROR'
  | 'UID_BANNED'
  | 'IP_BANNED'
  | 'CHANNEL_BANNED'
  | 'TOKEN_EXPIRE'
  | 'UID_CONFLICT'
  | 'FALLBACK'
  | 'FALLBACK_TO_HLS'
  | 'LICENSE_MISSING'
  | 'LICENSE_EXPIRED'
  | 'LICENSE_MINUTES_EXCEEDED'
  | 'LICENSE_PERIOD_INVALID'
  | 'LICENSE_MULTIPLE_SDK_SERVICE'
  | 'LICENSE_ILLEGAL';

/** Arguments of the client's events, by name. The single list. */
export interface AgoraClientEvents {
  'connection-state-change': [
    current: AgoraConnectionState,
    previous: AgoraConnectionState,
    reason?: AgoraDisconnectedReason,
  ];
  'user-joined': [user: AgoraRemoteUser];
  'user-left': [user: AgoraRemoteUser, reason: 'Quit' | 'ServerTimeOut' | 'BecomeAudience'];
  'user-published': [user: AgoraRemoteUser, mediaType: AgoraMediaType];
  'user-unpublished': [user: AgoraRemoteUser, mediaType: AgoraMediaType];
  /** Beside `user-unpublished` and `user-published`. */
  'user-info-updated': [uid: AgoraUid, message: `${'mute' | 'unmute'}-${AgoraMediaType}`];
  'media-reconnect-start': [uid: AgoraUid];
  'media-reconnect-end': [uid: AgoraUid];
  'stream-message': [uid: AgoraUid, payload: Uint8Array];
  'token-privilege-will-expire': [];
  'token-privilege-did-expire': [];
  /** 0 unknown, 1 best, 6 down. Every 2 s. */
  'network-quality': [quality: { uplinkNetworkQuality: AgoraQuality; downlinkNetworkQuality: AgoraQuality }];
  exception: [event: { readonly code: number; readonly msg: string; readonly uid: AgoraUid }];
  'volume-indicator': [levels: { level: number; uid: AgoraUid }[]];
}

export type AgoraQuality = 0 | 1 | 2 | 3 | 4 | 5 | 6;

export interface AgoraClientConfig {
  readonly mode: 'rtc' | 'live' | 'p2p';
  readonly codec: string;
  readonly role?: AgoraRole;
  readonly clientRoleOptions?: AgoraRoleOptions;
  /** How often the way to the gateway is tried again, and how soon it fails. Without it, never. */
  readonly httpRetryConfig?: {
    readonly timeout: number;
    readonly timeoutFactor: number;
    readonly maxRetryCount: number;
    readonly maxRetryTimeout: number;
  };
}

export interface AgoraRoleOptions {
  readonly level: number;
  readonly delay?: number;
}

export interface AgoraTrack {
  readonly trackMediaType: AgoraMediaType;
  getTrackId(): string;
  getMediaStreamTrack(): MediaStreamTrack;
}

export interface AgoraLocalTrack extends AgoraTrack {
  readonly muted: boolean;
  readonly enabled: boolean;
  setMuted(muted: boolean): Promise<void>;
  setEnabled(enabled: boolean): Promise<void>;
  /** Ends the caller's track too. */
  close(): void;
  on(event: string, listener: AgoraListener): void;
  off(event: string, listener: AgoraListener): void;
}

export interface AgoraLocalVideoTrack extends AgoraLocalTrack {
  setEncoderConfiguration(config: AgoraEncoderConfiguration): Promise<void>;
  replaceTrack(track: MediaStreamTrack, stopOldTrack: boolean): Promise<void>;
}

export interface AgoraRemoteTrack extends AgoraTrack {
  getUserId(): AgoraUid;
}

export interface AgoraRemoteUser {
  readonly uid: AgoraUid;
  readonly hasAudio: boolean;
  readonly hasVideo: boolean;
  /** Undefined until `subscribe` has resolved. */
  readonly audioTrack?: AgoraRemoteTrack | undefined;
  readonly videoTrack?: AgoraRemoteTrack | undefined;
}

/** Bit rates in kilobits a second. Of the SDK's own only what leaves the track as it is. */
export interface AgoraEncoderConfiguration {
  bitrateMin?: number;
  bitrateMax?: number;
}

/** Of what arrives from one user. */
export interface AgoraReceivedStats {
  receiveBytes: number;
  receivePackets: number;
  receivePacketsLost: number;
}

export interface AgoraReceivedVideoStats extends AgoraReceivedStats {
  decodeFrameRate?: number;
  receiveResolutionWidth: number;
  receiveResolutionHeight: number;
}

export interface AgoraStats {
  Duration: number;
  RecvBitrate: number;
  RecvBytes: number;
  SendBitrate: number;
  SendBytes: number;
  UserCount: number;
  RTT: number;
  OutgoingAvailableBandwidth: number;
}

export type AgoraMessage = string | Uint8Array | { payload: string | Uint8Array; syncWithAudio?: boolean };
