/** Pure: what the SDK reports → the transport's events. */

import type {
  NetworkQuality,
  Quality,
  RemoteTrack,
  Statistics,
  TrackSource,
  TransportCloseReason,
} from '@avatarwire/core';
import type { ConnectionQuality, DisconnectReason, Track } from 'livekit-client';
import type { LivekitParticipant, LivekitRemoteTrack, LivekitSdk } from './livekit-sdk';

type DisconnectReasonName = keyof typeof DisconnectReason;

/**
 * Every reason of the SDK. A client that ended by itself without being asked was frozen by the browser (the SDK
 * disconnects on `freeze`, whatever its options say).
 */
export const CLOSE_REASONS: Readonly<Record<DisconnectReasonName, TransportCloseReason>> = {
  UNKNOWN_REASON: 'failed',
  CLIENT_INITIATED: 'page-frozen',
  DUPLICATE_IDENTITY: 'joined-elsewhere',
  SERVER_SHUTDOWN: 'network-lost',
  PARTICIPANT_REMOVED: 'removed',
  ROOM_DELETED: 'room-ended',
  STATE_MISMATCH: 'network-lost',
  JOIN_FAILURE: 'failed',
  MIGRATION: 'network-lost',
  SIGNAL_CLOSE: 'network-lost',
  ROOM_CLOSED: 'room-ended',
  USER_UNAVAILABLE: 'failed',
  USER_REJECTED: 'removed',
  SIP_TRUNK_FAILURE: 'failed',
  CONNECTION_TIMEOUT: 'network-lost',
  MEDIA_FAILURE: 'network-lost',
  AGENT_ERROR: 'failed',
};

/** The reason and the SDK's name for it. No reason at all: the SDK gave up reconnecting. */
export function closeReason(
  reason: DisconnectReason | undefined,
  sdk: LivekitSdk,
): { readonly reason: TransportCloseReason; readonly name: string } {
  if (reason === undefined) return { reason: 'network-lost', name: 'reconnecting given up' };
  const name = sdk.DisconnectReason[reason] ?? String(reason);
  return { reason: CLOSE_REASONS[name as DisconnectReasonName] ?? 'failed', name };
}

const QUALITIES: Readonly<Record<`${ConnectionQuality}`, NetworkQuality>> = {
  excellent: 'excellent',
  good: 'good',
  poor: 'poor',
  lost: 'lost',
  unknown: 'unknown',
};

/** The server gives one score for both directions of a participant. */
export function quality(score: `${ConnectionQuality}`): Quality {
  const both = QUALITIES[score] ?? 'unknown';
  return { up: both, down: both };
}

const SOURCES: Readonly<Record<`${Track.Source}`, TrackSource>> = {
  camera: 'camera',
  microphone: 'microphone',
  screen_share: 'screen',
  screen_share_audio: 'screen',
  unknown: 'unknown',
};

/** Undefined for what is neither sound nor picture. The SDK plays nothing: core attaches the tracks. */
export function remoteTrack(
  track: LivekitRemoteTrack,
  participant: LivekitParticipant,
): RemoteTrack | undefined {
  const { kind, source, mediaStreamTrack } = track;
  if (kind !== 'audio' && kind !== 'video') return undefined;
  return {
    track: mediaStreamTrack,
    kind,
    source: SOURCES[source] ?? 'unknown',
    from: participant.identity,
    playedBySdk: false,
  };
}

/** The figures we read from the browser's statistics; a browser may leave out any of them. */
interface StatisticsEntry {
  readonly type: string;
  readonly kind?: string;
  readonly nominated?: boolean;
  readonly currentRoundTripTime?: number;
  readonly bytesReceived?: number;
  readonly bytesSent?: number;
  readonly packetsLost?: number;
  readonly jitter?: number;
  readonly framesPerSecond?: number;
  readonly frameWidth?: number;
  readonly frameHeight?: number;
}

type Report = Iterable<readonly [string, unknown]>;

/**
 * Of the connection that carries the avatar's tracks, and of that which carries ours: the same one, unless the server
 * wants two. What nobody measured is absent.
 */
export function statistics(received: readonly Report[], sent: Report | undefined): Statistics {
  const [there, here] = [entriesOf(received), entriesOf(sent === undefined ? [] : [sent])];
  const inbound = there.filter(({ type }) => type === 'inbound-rtp');
  const picture = inbound.find(({ kind }) => kind === 'video');
  const [down, up] = [pairOf(there), pairOf(here)];
  const roundTrip = (down ?? up)?.currentRoundTripTime;
  const all = (figure: 'packetsLost' | 'jitter') => inbound.flatMap((entry) => entry[figure] ?? []);
  const [losses, jitters] = [all('packetsLost'), all('jitter')];
  const figures = {
    roundTripMs: roundTrip === undefined ? undefined : roundTrip * 1_000,
    bytesSent: up?.bytesSent,
    bytesReceived: down?.bytesReceived,
    // What was taken for lost and came twice counts as less than nothing (RFC 3550 §6.4.1).
    packetsLost:
      losses.length === 0
        ? undefined
        : Math.max(
            0,
            losses.reduce((total, lost) => total + lost),
          ),
    jitterMs: jitters.length === 0 ? undefined : Math.max(...jitters) * 1_000,
    framesPerSecond: picture?.framesPerSecond,
    frameWidth: picture?.frameWidth,
    frameHeight: picture?.frameHeight,
  };
  return Object.fromEntries(Object.entries(figures).filter(([, figure]) => figure !== undefined));
}

/** One after the other by their ids: what two reports have in common is there once. */
function entriesOf(reports: readonly Report[]): StatisticsEntry[] {
  return [...new Map(reports.flatMap((report) => [...report]) as [string, StatisticsEntry][]).values()];
}

function pairOf(entries: readonly StatisticsEntry[]): StatisticsEntry | undefined {
  return entries.find(({ type, nominated }) => type === 'candidate-pair' && nominated);
}
