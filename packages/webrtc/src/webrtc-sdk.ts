/** The slice of the browser's WebRTC that we call, as types. A real `RTCPeerConnection` fits it as it is. */

import { sdkIncompatible, sdkMissing } from './webrtc-errors';

interface EventTargetPort {
  addEventListener(type: string, listener: (event: Event) => void): void;
  removeEventListener(type: string, listener: (event: Event) => void): void;
}

export interface PeerConnectionPort extends EventTargetPort {
  readonly connectionState: RTCPeerConnectionState;
  readonly signalingState: RTCSignalingState;
  readonly localDescription: RTCSessionDescriptionInit | null;
  readonly remoteDescription: RTCSessionDescriptionInit | null;
  readonly sctp: { readonly maxMessageSize: number } | null;
  addTransceiver(kind: 'audio' | 'video', init: RTCRtpTransceiverInit): TransceiverPort;
  getTransceivers(): TransceiverPort[];
  createDataChannel(label: string, init: RTCDataChannelInit): DataChannelPort;
  setLocalDescription(): Promise<void>;
  setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void>;
  addIceCandidate(candidate?: RTCIceCandidateInit): Promise<void>;
  restartIce(): void;
  getStats(): Promise<StatsReportPort>;
  close(): void;
}

export interface TransceiverPort {
  direction: RTCRtpTransceiverDirection;
  readonly currentDirection: RTCRtpTransceiverDirection | null;
  readonly receiver: ReceiverPort;
  readonly sender: SenderPort;
}

export interface SenderPort {
  replaceTrack(track: MediaStreamTrack | null): Promise<void>;
  getParameters(): RTCRtpSendParameters;
  setParameters(parameters: RTCRtpSendParameters): Promise<void>;
}

export interface ReceiverPort {
  readonly track: MediaStreamTrack;
  /** Milliseconds. Not every browser has it. */
  jitterBufferTarget?: number | null;
}

export interface DataChannelPort extends EventTargetPort {
  readonly label: string;
  readonly ordered: boolean;
  readonly maxPacketLifeTime: number | null;
  readonly maxRetransmits: number | null;
  readonly readyState: RTCDataChannelState;
  readonly bufferedAmount: number;
  bufferedAmountLowThreshold: number;
  binaryType: BinaryType;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

/** What `getStats` answers; entries are looked at field by field. */
export interface StatsReportPort {
  forEach(visit: (entry: unknown) => void): void;
}

interface PeerConnectionEvents {
  connectionstatechange: Event;
  icecandidate: { readonly candidate: { toJSON(): RTCIceCandidateInit } | null };
  datachannel: { readonly channel: DataChannelPort };
  track: { readonly track: MediaStreamTrack; readonly transceiver: TransceiverPort };
}

interface DataChannelEvents {
  open: Event;
  message: { readonly data: unknown };
  bufferedamountlow: Event;
  error: { readonly error?: unknown };
  close: Event;
}

interface TrackEvents {
  ended: Event;
}

const REQUIRED = [
  'addTransceiver',
  'createDataChannel',
  'getTransceivers',
  'restartIce',
  'setLocalDescription',
] as const;

/** The browser's own peer connection. @throws AvatarError `sdk-missing` */
export function browserPeerConnection(configuration: RTCConfiguration): RTCPeerConnection {
  if (typeof RTCPeerConnection === 'undefined') throw sdkMissing();
  return new RTCPeerConnection(configuration);
}

/** @throws AvatarError `sdk-incompatible`, naming what lacks */
export function checkPeerConnection(peer: PeerConnectionPort): void {
  for (const member of REQUIRED) if (typeof peer[member] !== 'function') throw sdkIncompatible(member);
}

/** Adds a listener and returns its undo. */
export function listenToPeer<E extends keyof PeerConnectionEvents>(
  peer: PeerConnectionPort,
  type: E,
  listener: (event: PeerConnectionEvents[E]) => void,
): () => void {
  return listen(peer, type, listener as (event: unknown) => void);
}

export function listenToChannel<E extends keyof DataChannelEvents>(
  channel: DataChannelPort,
  type: E,
  listener: (event: DataChannelEvents[E]) => void,
): () => void {
  return listen(channel, type, listener as (event: unknown) => void);
}

export function listenToTrack<E extends keyof TrackEvents>(
  track: MediaStreamTrack,
  type: E,
  listener: (event: TrackEvents[E]) => void,
): () => void {
  return listen(track, type, listener);
}

function listen(target: EventTargetPort, type: string, listener: (event: Event) => void): () => void {
  target.addEventListener(type, listener);
  return () => target.removeEventListener(type, listener);
}
