/** Options, their defaults, and the checks on what comes from outside. */

import { type Clock, type ProviderCredentials, systemClock } from '@avatarwire/core';
import { invalidArgument, invalidCredentials, notCredentials } from './webrtc-errors';
import { browserPeerConnection, type PeerConnectionPort } from './webrtc-sdk';
import type { Signalling } from './webrtc-signalling';

export interface WebrtcOptions {
  /**
   * How descriptions and candidates travel, and who offers. @default calls over REST, for a service whose offer is among
   * the credentials: `answer` with `{ sdp }`, `ice` with `{ candidate }`
   */
  readonly signalling?: Signalling;
  /** The data channel that packets travel on. @default opened by the end that offers, labelled `avatarwire` */
  readonly channel?: ChannelOptions;
  /** Kinds of remote tracks to receive. @default ['audio', 'video'] */
  readonly receive?: readonly ('audio' | 'video')[];
  /**
   * Wanted length of the jitter buffer, 0 to 4000 ms, where the browser takes a wish. @default what the credentials
   * advise, or the browser's own choice
   */
  readonly jitterBufferTargetMs?: number;
  /** What else the peer connection is made with; `iceServers` come from the credentials. @default {} */
  readonly configuration?: Omit<RTCConfiguration, 'iceServers'>;
  /** Participant id of the other end, where the connection details name none. @default 'avatar' */
  readonly remoteId?: string;
  /** From `connect()` until the connection stands, in milliseconds. @default 15000 */
  readonly connectTimeoutMs?: number;
  /** How long a lost path may heal by itself before ICE is restarted, in milliseconds. @default 2000 */
  readonly iceRestartDelayMs?: number;
  /** From one restart of ICE to the next, in milliseconds. @default 5000 */
  readonly iceRestartIntervalMs?: number;
  /** From the loss of the path until the transport closes with `network-lost`, in milliseconds. @default 20000 */
  readonly reconnectTimeoutMs?: number;
  /** @default the machine's */
  readonly clock?: Clock;
  /** Makes the peer connection. @default the browser's `RTCPeerConnection` */
  readonly peerConnection?: (configuration: RTCConfiguration) => PeerConnectionPort;
}

/** Always ordered and reliable. */
export type ChannelOptions = {
  /**
   * Whether `connect` waits for it. Where it does not, `canSend` says whether it was open by then, and it may come and go
   * later. @default true, but false without `signalling`: there, words go over REST too
   */
  readonly awaited?: boolean;
} & (
  | {
      readonly negotiated?: false;
      /** Its name; where the other end opens it, only a channel of this name is taken. @default 'avatarwire', or any */
      readonly label?: string;
      /** @default 'local' for the end that offers, 'remote' for the one that answers */
      readonly openedBy?: 'local' | 'remote';
    }
  | {
      /** Both ends make the channel with the same `id`; nothing about it travels. */
      readonly negotiated: true;
      /** 0 to 65534. */
      readonly id: number;
      /** @default 'avatarwire' */
      readonly label?: string;
    }
);

export const DEFAULTS = {
  receive: ['audio', 'video'],
  configuration: {},
  channel: {},
  remoteId: 'avatar',
  connectTimeoutMs: 15_000,
  iceRestartDelayMs: 2_000,
  iceRestartIntervalMs: 5_000,
  reconnectTimeoutMs: 20_000,
  clock: systemClock,
  peerConnection: browserPeerConnection,
} as const satisfies Partial<WebrtcOptions>;

export const DEFAULT_LABEL = 'avatarwire';

type WithoutDefault = 'jitterBufferTargetMs' | 'signalling';

export type WebrtcSettings = Required<Omit<WebrtcOptions, WithoutDefault>> &
  Pick<WebrtcOptions, WithoutDefault>;

const SIGNALLING_CALLS = ['open', 'sendDescription', 'sendCandidate', 'close'] as const;
const DURATIONS = [
  'connectTimeoutMs',
  'iceRestartDelayMs',
  'iceRestartIntervalMs',
  'reconnectTimeoutMs',
] as const;

/** @throws AvatarError `invalid-argument`, naming the option */
export function toSettings(options: WebrtcOptions): WebrtcSettings {
  const settings: WebrtcSettings = { ...DEFAULTS, ...withoutUndefined(options) };
  const { signalling, channel, receive, jitterBufferTargetMs } = settings;

  if (signalling !== undefined) checkSignalling(signalling);
  if (channel.negotiated && !isWithin(channel.id, 0, 65_534)) {
    throw invalidArgument('channel.id', 'a whole number from 0 to 65534, the same at both ends');
  }
  if (!Array.isArray(receive) || !receive.every((kind) => kind === 'audio' || kind === 'video')) {
    throw invalidArgument('receive', "a list of 'audio' and 'video'");
  }
  checkJitterBuffer(jitterBufferTargetMs, invalidArgument);
  for (const name of DURATIONS) {
    if (!isWithin(settings[name], 1, 2 ** 31 - 1))
      throw invalidArgument(name, 'a whole number of milliseconds, at least 1');
  }
  if (typeof settings.remoteId !== 'string' || settings.remoteId === '') {
    throw invalidArgument('remoteId', 'a name');
  }
  return settings;
}

function checkSignalling(signalling: Signalling): void {
  for (const call of SIGNALLING_CALLS) {
    if (typeof signalling?.[call] !== 'function') throw invalidArgument(`signalling.${call}`, 'a function');
  }
  if (!['offerer', 'answerer'].includes(signalling.role)) {
    throw invalidArgument('signalling.role', "'offerer' or 'answerer'");
  }
}

function checkJitterBuffer(ms: unknown, refused: typeof invalidArgument): void {
  if (ms !== undefined && !isWithin(ms, 0, 4_000))
    throw refused('jitterBufferTargetMs', 'a whole number of milliseconds from 0 to 4000');
}

/** @throws AvatarError `invalid-credentials`, naming the field */
export function checkCredentials(credentials: ProviderCredentials['webrtc']): void {
  if (!isRecord(credentials) || Array.isArray(credentials)) throw notCredentials();
  const { iceServers, offer, jitterBufferTargetMs } = credentials;
  checkJitterBuffer(jitterBufferTargetMs, invalidCredentials);
  if (iceServers !== undefined) {
    if (!Array.isArray(iceServers)) throw invalidCredentials('iceServers', 'a list');
    iceServers.forEach(checkIceServer);
  }
  if (offer === undefined) return;
  if (!isRecord(offer) || offer.type !== 'offer') throw invalidCredentials('offer.type', "'offer'");
  if (typeof offer.sdp !== 'string' || offer.sdp === '')
    throw invalidCredentials('offer.sdp', 'a session description');
}

function checkIceServer(server: unknown, index: number): void {
  const name = `iceServers[${index}]`;
  if (!isRecord(server)) throw invalidCredentials(name, 'an object');
  const urls = Array.isArray(server['urls']) ? (server['urls'] as unknown[]) : [server['urls']];
  if (!urls.length || !urls.every((url) => typeof url === 'string' && /^(stun|turn)s?:/.test(url))) {
    throw invalidCredentials(
      `${name}.urls`,
      'one or more URLs that begin with stun:, stuns:, turn: or turns:',
    );
  }
  for (const field of ['username', 'credential'] as const) {
    if (server[field] !== undefined && typeof server[field] !== 'string') {
      throw invalidCredentials(`${name}.${field}`, 'text');
    }
  }
}

export function withoutUndefined<T extends object>(given: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: NonNullable<T[K]>;
  };
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isWithin = (value: unknown, least: number, most: number) =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
