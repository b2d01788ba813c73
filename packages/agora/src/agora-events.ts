/** Pure: what the SDK reports → the transport's events. */

import type {
  NetworkQuality,
  Quality,
  RemoteTrack,
  Statistics,
  TransportCloseReason,
} from '@avatarwire/core';
import type {
  AgoraClient,
  AgoraDisconnectedReason,
  AgoraKind,
  AgoraQuality,
  AgoraRemoteTrack,
} from './agora-sdk';

/**
 * Every reason of the SDK. A client that left without being asked was put to sleep with its page: the SDK leaves on
 * `pagehide` by itself.
 */
export const CLOSE_REASONS: Readonly<Record<AgoraDisconnectedReason, TransportCloseReason>> = {
  LEAVE: 'page-frozen',
  NETWORK_ERROR: 'network-lost',
  SERVER_ERROR: 'failed',
  UID_BANNED: 'removed',
  IP_BANNED: 'removed',
  CHANNEL_BANNED: 'removed',
  UID_CONFLICT: 'joined-elsewhere',
  TOKEN_EXPIRE: 'credentials-expired',
  FALLBACK: 'network-lost',
  FALLBACK_TO_HLS: 'failed',
  LICENSE_MISSING: 'failed',
  LICENSE_EXPIRED: 'failed',
  LICENSE_MINUTES_EXCEEDED: 'failed',
  LICENSE_PERIOD_INVALID: 'failed',
  LICENSE_MULTIPLE_SDK_SERVICE: 'failed',
  LICENSE_ILLEGAL: 'failed',
};

/** The reason and the SDK's name for it. */
export function closeReason(reason: AgoraDisconnectedReason | undefined): {
  readonly reason: TransportCloseReason;
  readonly name: string;
} {
  if (reason === undefined) return { reason: 'failed', name: 'no reason given' };
  return { reason: CLOSE_REASONS[reason] ?? 'failed', name: reason };
}

/** By the SDK's number. 4 is "hardly able to communicate smoothly", 5 "almost unable to communicate". */
const QUALITIES: readonly NetworkQuality[] = ['unknown', 'excellent', 'good', 'poor', 'bad', 'bad', 'lost'];

export function quality({ uplinkNetworkQuality, downlinkNetworkQuality }: AgoraQuality): Quality {
  return {
    up: QUALITIES[uplinkNetworkQuality] ?? 'unknown',
    down: QUALITIES[downlinkNetworkQuality] ?? 'unknown',
  };
}

/** False for the third kind, a channel of data that the SDK keeps for itself. */
export function isMedia(kind: string): kind is AgoraKind {
  return kind === 'audio' || kind === 'video';
}

/** Agora does not say what a track was made of. Core plays it: we never call the SDK's `play()`. */
export function remoteTrack(track: AgoraRemoteTrack, kind: AgoraKind, from: string): RemoteTrack {
  return { track: track.getMediaStreamTrack(), kind, source: 'unknown', from, playedBySdk: false };
}

type Measuring = Pick<AgoraClient, 'getRTCStats' | 'getRemoteAudioStats' | 'getRemoteVideoStats'>;

/** What nobody measured is absent: the SDK says zero for it. */
export function statistics(client: Measuring): Statistics {
  const { RTT, SendBytes, RecvBytes } = client.getRTCStats();
  const pictures = Object.values(client.getRemoteVideoStats());
  const received = [...Object.values(client.getRemoteAudioStats()), ...pictures];
  const picture = pictures.find(({ receivePackets }) => receivePackets > 0);
  const figures = {
    roundTripMs: RTT,
    bytesSent: SendBytes,
    bytesReceived: RecvBytes,
    framesPerSecond: picture?.decodeFrameRate,
    frameWidth: picture?.receiveResolutionWidth,
    frameHeight: picture?.receiveResolutionHeight,
  };
  return {
    ...Object.fromEntries(Object.entries(figures).filter(([, figure]) => figure !== undefined && figure > 0)),
    ...(received.some(({ receivePackets }) => receivePackets > 0) && {
      packetsLost: received.reduce((total, { receivePacketsLost }) => total + receivePacketsLost, 0),
    }),
  };
}
