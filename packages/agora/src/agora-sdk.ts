/**
 * The slice of `agora-rtc-sdk-ng` that this adapter calls, as types, and how it is loaded and checked. A test holds the
 * types against the declarations of the lowest and the newest version in the peer range, so that a double of a client
 * and the real one cannot drift apart.
 */

import { AvatarError, isAvatarError } from '@avatarwire/core';
import { loadSdk as loadWith, requireMembers } from '@avatarwire/core/adapter';
import type { ClientConfig, ConnectionDisconnectedReason, ConnectionState } from 'agora-rtc-sdk-ng';

/** With the peer range, as in package.json. */
export const SDK_PACKAGE = { provider: 'agora', name: 'agora-rtc-sdk-ng', range: '^4.20.0' };

/**
 * What `import('agora-rtc-sdk-ng')` gives (a default export and nothing else), what `import('agora-rtc-sdk-ng/esm')`
 * gives (names and no default), or the global of the script tag.
 */
export type AgoraModule = AgoraSdk | { readonly default: AgoraSdk };

/** The SDK, as far as we use it. */
export interface AgoraSdk {
  createClient(config: AgoraClientConfig): AgoraClient;
  createCustomAudioTrack(config: AgoraCustomTrackConfig): AgoraLocalTrack;
  createCustomVideoTrack(config: AgoraCustomTrackConfig): AgoraLocalTrack;
  setLogLevel(level: number): void;
  /** Not declared by the SDK, and called only where an option asks for it. */
  setParameter?(name: string, value: unknown): void;
}

export type AgoraClientConfig = Pick<ClientConfig, 'codec' | 'mode' | 'role' | 'clientRoleOptions'>;

export interface AgoraCustomTrackConfig {
  readonly mediaStreamTrack: MediaStreamTrack;
}

export type AgoraUid = number | string;
export type AgoraKind = 'audio' | 'video';
export type AgoraDisconnectedReason = `${ConnectionDisconnectedReason}`;

/** What we call on a client. */
export interface AgoraClient {
  readonly connectionState: ConnectionState;
  readonly remoteUsers: readonly AgoraRemoteUser[];
  join(appId: string, channel: string, token: string, uid: AgoraUid): Promise<AgoraUid>;
  leave(): Promise<void>;
  subscribe(user: AgoraRemoteUser | AgoraUid, kind: 'audio'): Promise<AgoraRemoteTrack>;
  subscribe(user: AgoraRemoteUser | AgoraUid, kind: 'video'): Promise<AgoraRemoteTrack>;
  publish(tracks: AgoraLocalTrack | AgoraLocalTrack[]): Promise<void>;
  unpublish(tracks?: AgoraLocalTrack | AgoraLocalTrack[]): Promise<void>;
  getRTCStats(): AgoraStatistics;
  /** By the uid of who sends, as is the next. */
  getRemoteAudioStats(): Readonly<Record<string, AgoraReceived>>;
  getRemoteVideoStats(): Readonly<Record<string, AgoraReceivedVideo>>;
  /** Not declared by the SDK. `needRetry`: send again once the socket was replaced; it promises nothing else. */
  sendStreamMessage?(message: Uint8Array, needRetry: boolean): Promise<void>;
  on(event: keyof AgoraClientEvents, listener: (...payload: never[]) => void): unknown;
  off(event: keyof AgoraClientEvents, listener: (...payload: never[]) => void): unknown;
}

/** Of a client that was checked. */
export type AgoraSender = AgoraClient & Required<Pick<AgoraClient, 'sendStreamMessage'>>;

export interface AgoraRemoteUser {
  readonly uid: AgoraUid;
  readonly hasAudio: boolean;
  readonly hasVideo: boolean;
}

export interface AgoraRemoteTrack {
  /** The same remote track shows another one after the SDK has mended its media connection. */
  getMediaStreamTrack(): MediaStreamTrack;
}

/** A custom track. It owns the `MediaStreamTrack` that it was given: `close()` ends that. */
export interface AgoraLocalTrack {
  setMuted(muted: boolean): Promise<void>;
  /** Video has it, and the next; sound has not. */
  replaceTrack?(track: MediaStreamTrack, stopOldTrack: boolean): Promise<void>;
  /** In kilobits a second. Without a size or a frame rate, the track is left as it is. */
  setEncoderConfiguration?(config: { bitrateMax: number }): Promise<void>;
  close(): void;
}

/** Counted since joining; zero is also said where nothing was measured. */
export interface AgoraStatistics {
  /** Milliseconds, to the server of Agora. */
  readonly RTT: number;
  readonly SendBytes: number;
  readonly RecvBytes: number;
}

/** Counted; zero is also said where nothing was measured. */
export interface AgoraReceived {
  readonly receivePackets: number;
  readonly receivePacketsLost: number;
}

export interface AgoraReceivedVideo extends AgoraReceived {
  readonly decodeFrameRate?: number;
  readonly receiveResolutionWidth: number;
  readonly receiveResolutionHeight: number;
}

export interface AgoraQuality {
  readonly uplinkNetworkQuality: number;
  readonly downlinkNetworkQuality: number;
}

/** The events we listen to, with the arguments we read. */
export interface AgoraClientEvents {
  'connection-state-change': (
    state: ConnectionState,
    previous: ConnectionState,
    reason?: AgoraDisconnectedReason,
  ) => void;
  'user-joined': (user: AgoraRemoteUser) => void;
  'user-left': (user: AgoraRemoteUser, reason: string) => void;
  'user-published': (user: AgoraRemoteUser, kind: AgoraKind | 'datachannel') => void;
  'user-unpublished': (user: AgoraRemoteUser, kind: AgoraKind | 'datachannel') => void;
  'media-reconnect-end': (uid: AgoraUid) => void;
  'stream-message': (uid: AgoraUid, payload: Uint8Array) => void;
  'network-quality': (quality: AgoraQuality) => void;
  'token-privilege-will-expire': () => void;
  'token-privilege-did-expire': () => void;
  exception: (event: { readonly code: number; readonly msg: string; readonly uid: AgoraUid }) => void;
}

/** The bundler sees the name and makes a chunk of its own of the SDK, which is downloaded by the first `connect()`. */
export const importSdk = (): Promise<AgoraModule> => import('agora-rtc-sdk-ng');

/**
 * @throws AvatarError `unsupported` on a server; `sdk-missing`, `sdk-incompatible`, which name the package and its
 * range
 */
export async function loadSdk(load: () => Promise<AgoraModule>): Promise<AgoraSdk> {
  const sdk = sdkOf(await loadWith(SDK_PACKAGE, load).catch(onServer));
  const { createClient, createCustomAudioTrack, createCustomVideoTrack, setLogLevel }: Partial<AgoraSdk> =
    sdk ?? {};
  requireMembers(
    SDK_PACKAGE,
    { createClient, createCustomAudioTrack, createCustomVideoTrack, setLogLevel },
    'function',
  );
  return sdk as AgoraSdk;
}

/** The SDK reads `window` while it is loaded, and cannot be linked in Node at all. */
function onServer(cause: unknown): never {
  if (typeof window !== 'undefined' || !isAvatarError(cause)) throw cause;
  throw new AvatarError('unsupported', 'Agora needs a browser.', { provider: 'agora', cause });
}

/** Whichever way the SDK was built and bundled. */
function sdkOf(module: Partial<AgoraSdk> & { readonly default?: unknown }): Partial<AgoraSdk> | undefined {
  if (typeof module?.createClient === 'function') return module;
  return module?.default as Partial<AgoraSdk> | undefined;
}

/** @throws AvatarError `sdk-incompatible`, naming the member that is missing */
export function checkClient(client: AgoraClient): AgoraSender {
  const { join, leave, on, off, remoteUsers }: Partial<AgoraClient> = client ?? {};
  const { subscribe, publish, unpublish, sendStreamMessage }: Partial<AgoraClient> = client ?? {};
  const { getRTCStats, getRemoteAudioStats, getRemoteVideoStats }: Partial<AgoraClient> = client ?? {};
  requireMembers(SDK_PACKAGE, { join, leave, on, off }, 'function');
  requireMembers(SDK_PACKAGE, { subscribe, publish, unpublish, sendStreamMessage }, 'function');
  requireMembers(SDK_PACKAGE, { getRTCStats, getRemoteAudioStats, getRemoteVideoStats }, 'function');
  requireMembers(SDK_PACKAGE, { remoteUsers }, 'object');
  return client as AgoraSender;
}

/**
 * Quirk: the SDK reports events and qualities of its own from the first call on, whatever its log switches say. This
 * parameter stops all of it; the vendor declares and documents neither it nor the call.
 *
 * Seen in agora-rtc-sdk-ng 4.20.0 and 4.24.8. Can go when the SDK has an option for it.
 *
 * @throws AvatarError `sdk-incompatible`
 */
export function stopEventReports(sdk: AgoraSdk): void {
  requireMembers(SDK_PACKAGE, { setParameter: sdk.setParameter }, 'function');
  sdk.setParameter?.('ENABLE_EVENT_REPORT', false);
}
