/**
 * The part of the SDK that the double has, as types of its own: whoever uses the double need not have the SDK. A test
 * holds them against the real declarations.
 */

import type { StreamType, TRTC_EVENT, TrtcEvents } from './trtc-events';

export interface EnterRoomConfig {
  readonly sdkAppId: number;
  readonly userId: string;
  readonly userSig: string;
  readonly roomId?: number;
  readonly strRoomId?: string;
  readonly scene?: 'rtc' | 'live';
  readonly role?: 'anchor' | 'audience';
  /** @default true */
  readonly autoReceiveAudio?: boolean;
  /** @default false */
  readonly autoReceiveVideo?: boolean;
  /** The double never shows a dialog. @default true */
  readonly enableAutoPlayDialog?: boolean;
}

export interface LocalAudioConfig {
  /** @default true */
  readonly publish?: boolean;
  readonly mute?: boolean;
  readonly option?: { readonly audioTrack?: MediaStreamTrack };
}

export interface LocalVideoConfig {
  /** @default true */
  readonly publish?: boolean;
  readonly mute?: boolean;
  readonly option?: { readonly videoTrack?: MediaStreamTrack; readonly profile?: VideoProfile };
}

export interface VideoProfile {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  /** Kilobits a second. */
  readonly bitrate: number;
}

export interface ScreenShareConfig {
  /** @default true */
  readonly publish?: boolean;
  readonly option?: { readonly videoTrack?: MediaStreamTrack };
}

export interface RemoteVideoConfig {
  readonly userId: string;
  readonly streamType: StreamType;
  /** The double renders nothing. */
  readonly view?: null;
}

export interface CustomMessage {
  /** 1 to 10. */
  readonly cmdId: number;
  /** 1 to 1,000 bytes. */
  readonly data: ArrayBuffer;
}

export interface TrtcInstance {
  enterRoom(config: EnterRoomConfig): Promise<void>;
  exitRoom(): Promise<void>;
  switchRole(role: 'anchor' | 'audience'): Promise<void>;
  /** @throws in a room */
  destroy(): void;
  startLocalAudio(config?: LocalAudioConfig): Promise<void>;
  updateLocalAudio(config: LocalAudioConfig): Promise<void>;
  stopLocalAudio(): Promise<void>;
  startLocalVideo(config?: LocalVideoConfig): Promise<void>;
  updateLocalVideo(config: LocalVideoConfig): Promise<void>;
  stopLocalVideo(): Promise<void>;
  startScreenShare(config?: ScreenShareConfig): Promise<void>;
  updateScreenShare(config: ScreenShareConfig): Promise<void>;
  stopScreenShare(): Promise<void>;
  startRemoteVideo(config: RemoteVideoConfig): Promise<void>;
  stopRemoteVideo(config: { readonly userId: string; readonly streamType?: StreamType }): Promise<void>;
  muteRemoteAudio(userId: string, mute: boolean): Promise<void>;
  setRemoteAudioVolume(userId: string, volume: number): void;
  getAudioTrack(
    of?: string | { readonly userId?: string; readonly streamType?: StreamType },
  ): MediaStreamTrack | null;
  getVideoTrack(of?: { readonly userId?: string; readonly streamType?: StreamType }): MediaStreamTrack | null;
  /**
   * The SDK declares `void`. Taken: `undefined`. A wrong argument, not in the room, audience: a rejected promise. Over the
   * rate: a throw.
   */
  sendCustomMessage(message: CustomMessage): unknown;
  on<E extends keyof TrtcEvents>(
    event: E,
    handler: (payload: TrtcEvents[E]) => void,
    context?: unknown,
  ): this;
  off<E extends keyof TrtcEvents>(
    event: E,
    handler: (payload: TrtcEvents[E]) => void,
    context?: unknown,
  ): this;
  off(event: '*'): this;
}

/** What `import('trtc-sdk-v5')` has as its `default`: the class, and nothing beside it. */
export interface TrtcSdk<Instance extends TrtcInstance = TrtcInstance> {
  create(options?: { readonly enableAutoPlayDialog?: boolean }): Instance;
  isSupported(): Promise<{ readonly result: boolean; readonly detail: Readonly<Record<string, boolean>> }>;
  /** 0 trace to 5 none; wrong values are accepted. */
  setLogLevel(level: number, enableUploadLog?: boolean): void;
  /** For every instance. The double keeps the name, also of no such device: the SDK says nothing either. */
  setCurrentSpeaker(speakerId: string): Promise<void>;
  readonly EVENT: typeof TRTC_EVENT;
  readonly ERROR_CODE: Readonly<Record<string, number>>;
  readonly VERSION: string;
}
