/** What the SDK emits: the names, and the shape of each payload, as its declarations have them. */

import type { TrtcError } from './trtc-error';

export type StreamType = 'main' | 'sub';

export type SignalState = 'DISCONNECTED' | 'CONNECTING' | 'CONNECTED';

export type MediaType = 'audio' | 'video' | 'screen';

export interface TrtcEvents {
  error: TrtcError;
  'connection-state-changed': {
    readonly prevState: SignalState;
    readonly state: SignalState;
    readonly isReconnecting?: boolean;
  };
  'kicked-out': { readonly reason: 'kick' | 'banned' | 'room_disband' };
  'remote-user-enter': { readonly userId: string };
  /** 0 left, 1 timed out, 2 kicked, 3 became audience. */
  'remote-user-exit': { readonly userId: string; readonly reason?: number };
  'remote-audio-available': { readonly userId: string };
  'remote-audio-unavailable': { readonly userId: string };
  'remote-video-available': { readonly userId: string; readonly streamType: StreamType };
  'remote-video-unavailable': { readonly userId: string; readonly streamType: StreamType };
  /** `userId` is empty for a track of our own. */
  track: {
    readonly userId: string;
    readonly streamType?: StreamType;
    readonly track: MediaStreamTrack;
    readonly sourceTrack: MediaStreamTrack;
  };
  'autoplay-failed': {
    readonly userId: string;
    readonly mediaType: MediaType;
    resume(): Promise<void>;
  };
  'audio-play-state-changed': PlayState;
  'video-play-state-changed': PlayState & { readonly streamType: StreamType };
  'publish-state-changed': {
    readonly mediaType: MediaType;
    readonly state: 'starting' | 'started' | 'stopped';
    readonly prevState: 'starting' | 'started' | 'stopped';
    readonly reason?: 'timeout' | 'error' | 'api-call';
  };
  'network-quality': NetworkQualityFigures;
  statistics: TrafficStatistics;
  'custom-message': {
    readonly userId: string;
    readonly cmdId: number;
    readonly seq: number;
    readonly data: ArrayBuffer;
  };
  'screen-share-stopped': undefined;
}

interface PlayState {
  readonly type: 'audio' | 'video';
  readonly userId: string;
  readonly state: 'PLAYING' | 'PAUSED' | 'STOPPED';
  readonly reason: string;
}

/** 0 unknown, 1 best … 5 worst, 6 down; round trips in milliseconds, losses in per cent. */
export interface NetworkQualityFigures {
  readonly uplinkNetworkQuality: number;
  readonly downlinkNetworkQuality: number;
  readonly uplinkRTT: number;
  readonly uplinkLoss: number;
  readonly downlinkRTT: number;
  readonly downlinkLoss: number;
}

export interface TrafficStatistics {
  /** Milliseconds. */
  readonly rtt: number;
  readonly upLoss: number;
  readonly downLoss: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly localStatistics: {
    readonly audio: { readonly bitrate: number; readonly audioLevel: number };
    readonly video: readonly VideoStatistics[];
  };
  readonly remoteStatistics: readonly {
    readonly userId: string;
    readonly audio: { readonly bitrate: number; readonly audioLevel: number };
    readonly video: readonly VideoStatistics[];
  }[];
}

interface VideoStatistics {
  readonly bitrate: number;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly videoType: string;
}

export const TRTC_EVENT = Object.freeze({
  ERROR: 'error',
  AUTOPLAY_FAILED: 'autoplay-failed',
  KICKED_OUT: 'kicked-out',
  REMOTE_USER_ENTER: 'remote-user-enter',
  REMOTE_USER_EXIT: 'remote-user-exit',
  REMOTE_AUDIO_AVAILABLE: 'remote-audio-available',
  REMOTE_AUDIO_UNAVAILABLE: 'remote-audio-unavailable',
  REMOTE_VIDEO_AVAILABLE: 'remote-video-available',
  REMOTE_VIDEO_UNAVAILABLE: 'remote-video-unavailable',
  NETWORK_QUALITY: 'network-quality',
  CONNECTION_STATE_CHANGED: 'connection-state-changed',
  AUDIO_PLAY_STATE_CHANGED: 'audio-play-state-changed',
  VIDEO_PLAY_STATE_CHANGED: 'video-play-state-changed',
  PUBLISH_STATE_CHANGED: 'publish-state-changed',
  SCREEN_SHARE_STOPPED: 'screen-share-stopped',
  TRACK: 'track',
  STATISTICS: 'statistics',
  CUSTOM_MESSAGE: 'custom-message',
});
