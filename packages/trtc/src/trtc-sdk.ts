/**
 * The slice of `trtc-sdk-v5` that this adapter calls, as types of its own, and how it is loaded and checked. The SDK's
 * declarations stay out of ours: they name types that no DOM library has, and under `nodenext` their default export is
 * a namespace. A test holds this slice against the declarations of the lowest and the newest version in the range.
 */

import { AvatarError } from '@avatarwire/core';
import { loadSdk as loadWith, requireMembers } from '@avatarwire/core/adapter';

/** With the peer range, as in package.json. */
export const SDK_PACKAGE = { provider: 'trtc', name: 'trtc-sdk-v5', range: '^5.14.1' };

/** The class `TRTC`: its static members. */
export interface TrtcSdk {
  /** `enableAutoPlayDialog` is declared later than in 5.14.1. */
  create(options?: object): TrtcClient;
  isSupported(): Promise<{ readonly detail?: { readonly isWebRTCSupported?: boolean } }>;
  /** 0 trace to 5 none. For the whole page. */
  setLogLevel(level: number, enableUploadLog?: boolean): void;
  /** For every instance there is, and without a word where there is no such device. */
  setCurrentSpeaker(speakerId: string): Promise<void>;
}

/** What `import('trtc-sdk-v5')` gives, whatever the bundler makes of its UMD file; or the bare class. */
export type TrtcModule =
  | TrtcSdk
  | { readonly default: TrtcSdk }
  | { readonly default: { readonly default: TrtcSdk } };

/** What we say to `enterRoom`. */
export interface TrtcRoom {
  sdkAppId: number;
  userId: string;
  userSig: string;
  roomId?: number;
  strRoomId?: string;
  scene?: string;
  role?: string;
  autoReceiveAudio?: boolean;
  autoReceiveVideo?: boolean;
  enableAutoPlayDialog?: boolean;
}

export interface TrtcLocalAudio {
  mute?: boolean;
  option?: { audioTrack?: MediaStreamTrack };
}

export interface TrtcLocalVideo {
  mute?: boolean;
  option?: { videoTrack?: MediaStreamTrack; profile?: TrtcVideoProfile };
}

/** `bitrate` in kilobits a second. A size or a rate other than the track's own constrains that. */
export interface TrtcVideoProfile {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly bitrate: number;
}

export interface TrtcScreen {
  option?: { videoTrack?: MediaStreamTrack };
}

/** What we call on an instance of `TRTC`. */
export interface TrtcClient {
  enterRoom(room: TrtcRoom): Promise<void>;
  exitRoom(): Promise<void>;
  /** Throws in a room. */
  destroy(): void;
  /** Declared as `void`; see `handOver` in trtc-sending.ts. */
  sendCustomMessage(message: { cmdId: number; data: ArrayBuffer }): unknown;
  startLocalAudio(config: TrtcLocalAudio): Promise<void>;
  updateLocalAudio(config: TrtcLocalAudio): Promise<void>;
  stopLocalAudio(): Promise<void>;
  startLocalVideo(config: TrtcLocalVideo): Promise<void>;
  updateLocalVideo(config: TrtcLocalVideo): Promise<void>;
  stopLocalVideo(): Promise<void>;
  startScreenShare(config: TrtcScreen): Promise<void>;
  stopScreenShare(): Promise<void>;
  startRemoteVideo(config: { userId: string; streamType: string }): Promise<void>;
  getAudioTrack(of: { userId: string }): MediaStreamTrack | null;
  getVideoTrack(of?: { userId?: string; streamType?: string }): MediaStreamTrack | null;
  on(event: keyof TrtcEvents, handler: (payload: unknown) => void): unknown;
  off(event: keyof TrtcEvents, handler: (payload: unknown) => void): unknown;
}

/** Completes the check of `checkClient` by its type. */
const CLIENT_MEMBERS = {
  enterRoom: true,
  exitRoom: true,
  destroy: true,
  sendCustomMessage: true,
  startLocalAudio: true,
  updateLocalAudio: true,
  stopLocalAudio: true,
  startLocalVideo: true,
  updateLocalVideo: true,
  stopLocalVideo: true,
  startScreenShare: true,
  stopScreenShare: true,
  startRemoteVideo: true,
  getAudioTrack: true,
  getVideoTrack: true,
  on: true,
  off: true,
} satisfies Record<keyof TrtcClient, true>;

/** The events we listen to, with the fields we read. */
export interface TrtcEvents {
  error: (error: TrtcError) => void;
  'connection-state-changed': (change: { readonly state: string }) => void;
  'kicked-out': (kick: { readonly reason: string }) => void;
  'remote-user-enter': (user: { readonly userId: string }) => void;
  'remote-user-exit': (user: { readonly userId: string }) => void;
  'remote-audio-available': (audio: { readonly userId: string }) => void;
  'remote-audio-unavailable': (audio: { readonly userId: string }) => void;
  'remote-video-available': (video: TrtcVideo) => void;
  'remote-video-unavailable': (video: TrtcVideo) => void;
  track: (event: TrtcTrack) => void;
  'custom-message': (message: { readonly userId: string; readonly data: ArrayBuffer }) => void;
  'autoplay-failed': (refused: TrtcAutoplayFailed) => void;
  'audio-play-state-changed': (change: { readonly userId: string; readonly state: string }) => void;
  'network-quality': (quality: TrtcQuality) => void;
  statistics: (statistics: TrtcStatistics) => void;
}

/** Not a class that could be recognised: it is not exported, and its name is minified. */
export interface TrtcError {
  readonly code: number;
  readonly extraCode?: number;
}

export interface TrtcVideo {
  readonly userId: string;
  readonly streamType: string;
}

/** `userId` is empty for a track of our own. `sourceTrack` is what came in, `track` what the SDK made of it. */
export interface TrtcTrack {
  readonly userId: string;
  readonly streamType?: string;
  readonly track: MediaStreamTrack;
  readonly sourceTrack?: MediaStreamTrack | null;
}

export interface TrtcAutoplayFailed {
  readonly userId: string;
  readonly mediaType: string;
  resume(): Promise<void>;
}

/** 0 unknown, 1 best … 5 worst, 6 down; round trips in milliseconds, 0 where there is no figure. */
export interface TrtcQuality {
  readonly uplinkNetworkQuality: number;
  readonly downlinkNetworkQuality: number;
  readonly uplinkRTT: number;
  readonly downlinkRTT: number;
}

export interface TrtcStatistics {
  readonly rtt: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly remoteStatistics: readonly { readonly video: readonly TrtcVideoStatistics[] }[];
}

export interface TrtcVideoStatistics {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
}

/** The bundler sees the name and makes a chunk of its own of the SDK, which is downloaded by the first `connect()`. */
export const importSdk = (): Promise<TrtcModule> => import('trtc-sdk-v5');

/**
 * @throws AvatarError `unsupported` outside a browser, where the SDK's own file throws; `sdk-missing`,
 * `sdk-incompatible`: both name the package and its range
 */
export async function loadSdk(load: () => Promise<TrtcModule>): Promise<TrtcSdk> {
  const loaded = await loadWith(SDK_PACKAGE, load).catch((error: unknown) => {
    if (typeof RTCPeerConnection === 'function') throw error;
    throw new AvatarError('unsupported', 'TRTC needs a browser with WebRTC.', {
      provider: 'trtc',
      cause: error,
    });
  });
  const sdk = classOf(loaded);
  const { create, isSupported, setLogLevel, setCurrentSpeaker } = sdk;
  requireMembers(SDK_PACKAGE, { create, isSupported, setLogLevel, setCurrentSpeaker }, 'function');
  return sdk;
}

/** @throws AvatarError `sdk-incompatible`, naming the member that is missing */
export function checkClient(client: TrtcClient): void {
  const names = Object.keys(CLIENT_MEMBERS) as (keyof TrtcClient)[];
  requireMembers(SDK_PACKAGE, Object.fromEntries(names.map((name) => [name, client[name]])), 'function');
}

function classOf(loaded: TrtcModule): TrtcSdk {
  let candidate: unknown = loaded;
  // A bundler may wrap `module.exports` once, and Node's rules once more.
  for (let depth = 0; depth < 2 && !hasCreate(candidate); depth++) {
    candidate = (candidate as { default?: unknown } | undefined)?.default;
  }
  return (candidate ?? {}) as TrtcSdk;
}

function hasCreate(value: unknown): boolean {
  return typeof (value as { create?: unknown } | undefined)?.create === 'function';
}
