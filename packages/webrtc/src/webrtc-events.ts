/** Pure: what the browser reports → what the transport says. */

import type { RemoteTrack, Statistics, TransportCloseReason } from '@avatarwire/core';
import { isRecord, withoutUndefined } from './webrtc-options';
import type { DataChannelPort, PeerConnectionPort, TransceiverPort } from './webrtc-sdk';

/**
 * The bytes of a message. The channel delivers an `ArrayBuffer` of its own for each, or a string where the other end
 * sent text. Undefined for what neither is.
 */
export function toBytes(data: unknown): Uint8Array | undefined {
  if (typeof data === 'string') return new TextEncoder().encode(data);
  // By tag and not by class: the peer connection may come from another window.
  if (Object.prototype.toString.call(data) === '[object ArrayBuffer]')
    return new Uint8Array(data as ArrayBuffer);
  return undefined;
}

/** Plain WebRTC names no source: an avatar's voice is its microphone and its face its camera. */
export function toRemoteTrack(track: MediaStreamTrack, from: string): RemoteTrack {
  const kind = track.kind === 'audio' ? 'audio' : 'video';
  return { track, kind, source: kind === 'audio' ? 'microphone' : 'camera', from, playedBySdk: false };
}

const flows = ({ currentDirection }: TransceiverPort, way: 'recv' | 'send') =>
  currentDirection === 'sendrecv' || currentDirection === `${way}only`;

/** Whether the descriptions in force let the other end send on this transceiver. */
export const isReceiving = (transceiver: TransceiverPort) => flows(transceiver, 'recv');

/** Whether the descriptions in force let us send on this transceiver. */
export const isSending = (transceiver: TransceiverPort) => flows(transceiver, 'send');

/** The same direction for what we send, and nothing received. */
export function withoutReceiving(direction: RTCRtpTransceiverDirection): RTCRtpTransceiverDirection {
  if (direction === 'sendrecv') return 'sendonly';
  return direction === 'recvonly' ? 'inactive' : direction;
}

/** What a connection that is not there yet still waits for, in words for an error. */
export function missingStep(signallingOpen: boolean, peer: PeerConnectionPort | undefined): string {
  if (!signallingOpen) return '`signalling.open` has not settled';
  if (!peer?.remoteDescription) return 'the other end has sent no description';
  if (peer.connectionState !== 'connected')
    return `no network path was found (state "${peer.connectionState}")`;
  return 'the data channel has not opened';
}

/** Whether a channel that the other end opened is the one we wait for. */
export function isWanted(channel: DataChannelPort, label: string | undefined): boolean {
  return label === undefined || channel.label === label;
}

export function isReliable({ ordered, maxRetransmits, maxPacketLifeTime }: DataChannelPort): boolean {
  return ordered && maxRetransmits === null && maxPacketLifeTime === null;
}

/** SCTP's cause "User-Initiated Abort" (RFC 4960 §3.3.10.12): how a peer connection that is closed says goodbye. */
const USER_INITIATED_ABORT = 12;

/**
 * Why the channel closed, without our doing: while the path is lost, because of that; without an error or with an
 * abort by the other end, because that hung up; else because SCTP failed.
 */
export function toCloseReason(pathLost: boolean, channelError: unknown): TransportCloseReason {
  if (pathLost) return 'network-lost';
  return channelError === undefined || hasHungUp(channelError) ? 'room-ended' : 'failed';
}

/** Whether the other end closed its connection, and not the channel alone. */
export const hasHungUp = (channelError: unknown) =>
  isRecord(channelError) && channelError['sctpCauseCode'] === USER_INITIATED_ABORT;

/**
 * Whether a candidate belongs to a description that has not arrived: none has, or it names a user fragment that the
 * description does not.
 */
export function isEarly(
  candidate: RTCIceCandidateInit | null,
  remote: RTCSessionDescriptionInit | null,
): boolean {
  if (!remote) return true;
  const fragment = candidate?.usernameFragment ?? / ufrag (\S+)/.exec(candidate?.candidate ?? '')?.[1];
  return !!fragment && !`${remote.sdp}\r\n`.includes(`a=ice-ufrag:${fragment}\r\n`);
}

/**
 * Figures of a `getStats()` report: the round trip of the candidate pair in use, the bytes of the transport, all
 * losses, and the frames of the picture (W3C webrtc-stats).
 */
export function toStatistics(report: { forEach(visit: (entry: unknown) => void): void }): Statistics {
  const entries: Record<string, unknown>[] = [];
  report.forEach((entry) => {
    if (isRecord(entry)) entries.push(entry);
  });
  const transport = entries.find((entry) => entry['type'] === 'transport');
  const selected = transport?.['selectedCandidatePairId'];
  // Firefox has no `transport` entry and marks the pair itself.
  const pair = entries.find((entry) =>
    selected === undefined
      ? entry['type'] === 'candidate-pair' && entry['selected'] === true
      : entry['id'] === selected,
  );
  const inbound = entries.filter((entry) => entry['type'] === 'inbound-rtp');
  const all = (figure: string) => inbound.flatMap((entry) => number(entry[figure]) ?? []);
  const [losses, jitters] = [all('packetsLost'), all('jitter')];
  const picture = inbound.find((entry) => entry['kind'] === 'video');
  const roundTrip = number(pair?.['currentRoundTripTime']);
  return withoutUndefined({
    roundTripMs: roundTrip === undefined ? undefined : roundTrip * 1_000,
    // A pair counts from the moment it was chosen, the transport from the beginning.
    bytesSent: number(transport?.['bytesSent'] ?? pair?.['bytesSent']),
    bytesReceived: number(transport?.['bytesReceived'] ?? pair?.['bytesReceived']),
    // What was taken for lost and came twice counts as less than nothing (RFC 3550 §6.4.1).
    packetsLost: losses.length
      ? Math.max(
          0,
          losses.reduce((total, lost) => total + lost),
        )
      : undefined,
    jitterMs: jitters.length ? Math.max(...jitters) * 1_000 : undefined,
    framesPerSecond: number(picture?.['framesPerSecond']),
    frameWidth: number(picture?.['frameWidth']),
    frameHeight: number(picture?.['frameHeight']),
  });
}

const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
