/** Pure: what the SDK reports → the transport's events. */

import type {
  NetworkQuality,
  Quality,
  RemoteTrack,
  Statistics,
  TrackSource,
  TransportCloseReason,
} from '@avatarwire/core';
import { isExpiredSignature } from './trtc-errors';
import type { TrtcAutoplayFailed, TrtcError, TrtcQuality, TrtcStatistics } from './trtc-sdk';

/** Every reason of `kicked-out`. `kick` is our own `userId`, entered from another place. */
export const KICK_REASONS: Readonly<Record<string, TransportCloseReason>> = {
  kick: 'joined-elsewhere',
  banned: 'removed',
  room_disband: 'room-ended',
};

export function kickReason(reason: string): TransportCloseReason {
  return KICK_REASONS[reason] ?? 'removed';
}

/**
 * After these the SDK goes on: 5501, a firewall in the way of the signalling it keeps trying; 5504 to 5508, pictures and
 * sound that cannot be encoded or decoded; 5300 and its kind, a device that we did not open.
 */
const GOES_ON: ReadonlySet<number | undefined> = new Set([5501, 5504, 5505, 5506, 5507, 5508]);
const DEVICE_ERROR = 5300;
const SERVER_ERROR = 5400;
const OPERATION_FAILED = 5500;

/**
 * What an `error` event ends the connection with, if it ends it. Undocumented ones do: the SDK has left the room before
 * it reports that it could not enter it again (read in 5.17.1, which gives no 5502 there but 5400).
 */
export function errorReason({ code, extraCode }: TrtcError): TransportCloseReason | undefined {
  if (code === DEVICE_ERROR || GOES_ON.has(extraCode)) return undefined;
  if (isExpiredSignature(extraCode)) return 'credentials-expired';
  return code === SERVER_ERROR || code === OPERATION_FAILED ? 'network-lost' : 'failed';
}

/** Of the signalling socket. Up is not the same as being in the room. */
export type Link = 'up' | 'down' | 'retrying';

/**
 * `DISCONNECTED` alone is no sign that the SDK comes back: it also comes before `kicked-out`, and before an `error` that
 * ends it. The next `CONNECTING` is.
 */
export function linkOf(state: string): Link {
  if (state === 'CONNECTED' || state === 'RECONNECTED') return 'up';
  return state === 'DISCONNECTED' ? 'down' : 'retrying';
}

/** By the SDK's figures, 0 to 6: its own names for 3 to 5 are poor, bad and very bad. */
const QUALITIES: readonly NetworkQuality[] = ['unknown', 'excellent', 'good', 'poor', 'bad', 'bad', 'lost'];

export function quality(figures: TrtcQuality): Quality {
  const roundTripMs = [figures.uplinkRTT, figures.downlinkRTT].find((figure) => figure > 0);
  return {
    up: QUALITIES[figures.uplinkNetworkQuality] ?? 'unknown',
    down: QUALITIES[figures.downlinkNetworkQuality] ?? 'unknown',
    ...(roundTripMs !== undefined && { roundTripMs }),
  };
}

/** The SDK writes 0 where it has no figure. Its losses are per cent, so there is no `packetsLost` to be had. */
export function statistics(report: TrtcStatistics | undefined): Statistics {
  if (report === undefined) return {};
  const picture = report.remoteStatistics.flatMap(({ video }) => video)[0];
  const figures = {
    roundTripMs: report.rtt,
    bytesSent: report.bytesSent,
    bytesReceived: report.bytesReceived,
    framesPerSecond: picture?.frameRate,
    frameWidth: picture?.width,
    frameHeight: picture?.height,
  };
  return Object.fromEntries(
    Object.entries(figures).filter(([, figure]) => figure !== undefined && figure > 0),
  );
}

/** A participant has one sound and two pictures: `main` is the camera's, `sub` as a rule the screen. */
export type RemoteSource = Extract<TrackSource, 'microphone' | 'camera' | 'screen'>;

export function remoteSource(kind: string, streamType: string | undefined): RemoteSource {
  if (kind === 'audio') return 'microphone';
  return streamType === 'sub' ? 'screen' : 'camera';
}

/** The SDK plays remote sound by itself, in elements that are not in the document; pictures are for core to attach. */
export function remoteTrack(track: MediaStreamTrack, source: RemoteSource, from: string): RemoteTrack {
  const kind = source === 'microphone' ? 'audio' : 'video';
  return { track, kind, source, from, playedBySdk: kind === 'audio' };
}

/** `resume` belongs into the handler of a click; the SDK itself resumes on any click, too. */
export function playbackBlocked(refused: TrtcAutoplayFailed, resumed?: Promise<void>) {
  const kind = refused.mediaType === 'audio' ? ('audio' as const) : ('video' as const);
  return { kind, resume: () => refused.resume(), ...(resumed && { resumed }) };
}
