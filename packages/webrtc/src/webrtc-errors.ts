/** Pure: what the browser, the signalling or the options did wrong → `AvatarError`. No ICE credential gets into one. */

import { AvatarError, type AvatarErrorCode } from '@avatarwire/core';
import { redactError } from '@avatarwire/core/adapter';

type Fail = (cause?: unknown) => AvatarError;

const make = (code: AvatarErrorCode, message: string, cause?: unknown) =>
  new AvatarError(code, message, { provider: 'webrtc', ...(cause !== undefined && { cause }) });

const withCause =
  (code: AvatarErrorCode, message: string): Fail =>
  (cause) =>
    make(code, message, cause);

export const invalidArgument = (field: string, wanted: string) =>
  make('invalid-argument', `${field} must be ${wanted}.`);

export const noSignalling = () =>
  make(
    'invalid-argument',
    'signalling must be given: the session’s source has no `call` to signal over REST by.',
  );

export const invalidCredentials = (field: string, wanted: string, cause?: unknown) =>
  make('invalid-credentials', `credentials.${field} must be ${wanted}.`, cause);

export const notCredentials = () =>
  make(
    'invalid-credentials',
    'The credentials must be an object; it may hold `iceServers`, `offer` and `jitterBufferTargetMs`.',
  );

export const sdkMissing = () =>
  make(
    'sdk-missing',
    'There is no RTCPeerConnection here. Every current browser has one; in Node, pass one as the option `peerConnection`.',
  );

export const sdkIncompatible = (member: string) =>
  make(
    'sdk-incompatible',
    `This RTCPeerConnection has no \`${member}\`. Chrome and Edge 80, Firefox 113, Safari 15.4 and later have it.`,
  );

export const usedBefore = () =>
  make(
    'invalid-argument',
    'A transport connects once and this one has been used. Make a fresh one for each attempt.',
  );

export const notConnected = withCause(
  'not-connected',
  'The packet was not sent: the data channel is not open.',
);

export const oneAnswerOnly = () =>
  make(
    'unsupported',
    'A service that signals over REST takes one answer, and no offer of ours with a track.',
  );

export const trackRefused = () => make('unsupported', 'The other end rejects the track.');

export const publishingFailed = withCause('network', 'The track could not be sent: see `cause`.');

export const noConnection = () => make('not-connected', 'There is no connection that stands.');

export const closedWhileConnecting = withCause(
  'not-connected',
  'close() was called before the connection stood.',
);

export const connectTimeout = (timeoutMs: number, missing: string) =>
  make('connect-timeout', `Not connected after ${timeoutMs} ms: ${missing}.`);

export const signallingFailed = withCause(
  'network',
  'The signalling failed: see `cause`, which is what the application’s `signalling` reported.',
);

export const negotiationFailed = withCause(
  'network',
  'The browser refused a session description: see `cause`.',
);

export const offerRefused: Fail = (cause) =>
  invalidCredentials('offer', 'a session description that this browser takes', cause);

export const configurationRefused: Fail = (cause) =>
  invalidCredentials('iceServers', 'what RTCPeerConnection takes, as must the option `configuration`', cause);

export const remoteEnded = withCause('network', 'The other end said goodbye before the connection stood.');

export const pathFailed = withCause(
  'network',
  'No network path to the other end was found or kept. Behind a strict firewall, `iceServers` needs a TURN server.',
);

export const channelClosed = withCause(
  'network',
  'The data channel closed: see `cause`, if the browser gave one.',
);

export const channelUnreliable = (label: string) =>
  make(
    'unsupported',
    `The other end opened the channel "${label}" unordered or unreliable. It must be opened without \`ordered: false\`, ` +
      '`maxRetransmits` and `maxPacketLifeTime`.',
  );

export const packetTooLarge = (bytes: number, maxPacketBytes: number, cause?: unknown) =>
  make('packet-too-large', `A packet of ${bytes} bytes was not sent: at most ${maxPacketBytes} fit.`, cause);

/** By the name of what `RTCDataChannel.send` threw (W3C WebRTC 1.0, §6.2). */
export function sendFailed(cause: unknown, bytes: number, maxPacketBytes: number): AvatarError {
  switch (cause instanceof Error ? cause.name : '') {
    case 'InvalidStateError':
      return notConnected(cause);
    case 'TypeError':
      return packetTooLarge(bytes, maxPacketBytes, cause);
    default:
      return make('network', 'The channel did not take the packet: see `cause`.', cause);
  }
}

/** Browsers quote the line of a description that they refuse, and applications quote requests. */
const QUOTED = [/(?:ice-pwd|ice-ufrag|crypto):[^\s\\"]+/g, /\b(?:stun|turn)s?:[^\s@]+@/g];

/** Makes a function that takes the given secrets, and whatever else unlocks a connection, out of an error. */
export function redactor(iceServers: readonly RTCIceServer[] = []): (error: unknown) => unknown {
  const secrets = iceServers.flatMap(({ username = '', credential = '' }) => [credential, username]);
  return (error) => redactError(error, [...secrets, ...QUOTED]);
}
