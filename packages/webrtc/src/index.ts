/**
 * `@avatarwire/webrtc` talks with an avatar over a plain `RTCPeerConnection`: one other end, one ordered and reliable
 * data channel, and the avatar's tracks. The application brings the signalling, or the service
 * takes it over REST.
 *
 * ```ts
 * import { createAvatarSession } from '@avatarwire/core';
 * import { webrtc } from '@avatarwire/webrtc';
 *
 * const session = createAvatarSession({
 *   transports: { webrtc: () => webrtc({ signalling }) },
 *   source: { provider: 'webrtc', credentials: { iceServers: [{ urls: 'stun:stun.example.org' }] } },
 * });
 * await session.connect();
 * ```
 *
 * Relies on W3C WebRTC 1.0 (https://www.w3.org/TR/webrtc/), RFC 8829 (who offers what), RFC 8831 (data channels) and
 * RFC 8838 (candidates one at a time).
 */

export type { ChannelOptions, WebrtcOptions } from './webrtc-options';
export type {
  DataChannelPort,
  PeerConnectionPort,
  ReceiverPort,
  StatsReportPort,
  TransceiverPort,
} from './webrtc-sdk';
export {
  createLoopbackSignalling,
  type OpenOptions,
  type RemoteSignals,
  type SessionDescription,
  type Signalling,
  type SignallingOptions,
} from './webrtc-signalling';
export { type WebrtcTransport, webrtc } from './webrtc-transport';
