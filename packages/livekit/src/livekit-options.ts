import { AvatarError, type Clock, type ProviderCredentials, systemClock } from '@avatarwire/core';
import { importSdk, type LivekitRoomInit, type LivekitSdk } from './livekit-sdk';

export interface LivekitOptions {
  /**
   * Gives the SDK, for applications that load it themselves: `sdk: () => import('livekit-client')`. Called once, on
   * connect.
   *
   * @default an `import()` of `livekit-client`
   */
  readonly sdk?: () => Promise<LivekitSdk>;
  /**
   * How long joining may take, in milliseconds, the download of the SDK included. The SDK itself has no limit: with a
   * host that answers 404 to everything it tries for ever.
   *
   * @default 15000
   */
  readonly connectTimeoutMs?: number;
  /**
   * Overrides for the peer connections. `{ iceServers: [] }` replaces the server's list of STUN and TURN servers.
   *
   * @default what the server says
   */
  readonly rtcConfig?: RTCConfiguration;
  /** The options of `Room` that may be set; everything else is decided here. */
  readonly room?: LivekitRoomOptions;
  /** @default the machine's */
  readonly clock?: Clock;
}

/**
 * - `reconnectPolicy`: when to try again after a loss, and when to give up. The SDK's own tries ten times
 *   within about 45 s.
 * - `singlePeerConnection`: one peer connection for both directions. The SDK's own is `true`, and falls back by itself.
 */
export type LivekitRoomOptions = Pick<LivekitRoomInit, 'reconnectPolicy' | 'singlePeerConnection'>;

const DEFAULTS = { sdk: importSdk, connectTimeoutMs: 15_000, clock: systemClock };

const ROOM_OPTIONS = { reconnectPolicy: true, singlePeerConnection: true } satisfies Record<
  keyof LivekitRoomOptions,
  true
>;

/**
 * What is ours to decide. No adaptive stream: it pauses video whose element the SDK does not know, and core attaches
 * the elements. Tracks are stopped by whoever opened them. Leaving the page is the session's affair.
 */
const FIXED_ROOM_OPTIONS = {
  adaptiveStream: false,
  disconnectOnPageLeave: false,
  stopLocalTrackOnUnpublish: false,
} satisfies LivekitRoomInit;

export type CheckedOptions = typeof DEFAULTS & {
  readonly rtcConfig?: RTCConfiguration;
  readonly room: LivekitRoomInit;
};

/** @throws AvatarError `invalid-argument`, naming the option */
export function checkOptions(options: LivekitOptions): CheckedOptions {
  const checked = { ...DEFAULTS, ...options };
  const unknown = Object.keys(options.room ?? {}).find((name) => !(name in ROOM_OPTIONS));
  if (unknown !== undefined) {
    const allowed = Object.keys(ROOM_OPTIONS).join(' and ');
    throw new AvatarError('invalid-argument', `options.room.${unknown} cannot be set; ${allowed} can.`);
  }
  if (typeof checked.connectTimeoutMs !== 'number' || !(checked.connectTimeoutMs > 0)) {
    throw new AvatarError(
      'invalid-argument',
      'options.connectTimeoutMs must be a number of milliseconds above 0.',
    );
  }
  return { ...checked, room: { ...options.room, ...FIXED_ROOM_OPTIONS } };
}

/**
 * The SDK must never see a bad URL: `connect()` throws on it while it holds a lock, and every later call hangs
 * (livekit-client 2.20.2 to 2.23.0).
 *
 * @throws AvatarError `invalid-credentials`, naming the field
 */
export function checkCredentials(credentials: ProviderCredentials['livekit']): void {
  const { url, token, sendTopic, receiveTopic }: Partial<ProviderCredentials['livekit']> = credentials ?? {};
  if (!isServerUrl(url)) refuse('url', 'a wss:// address, or ws:// on a loopback address');
  if (typeof token !== 'string' || token === '') refuse('token', 'the access token of one participant');
  if (sendTopic !== undefined && typeof sendTopic !== 'string')
    refuse('sendTopic', 'a string, where it is given');
  if (receiveTopic !== undefined && typeof receiveTopic !== 'string') {
    refuse('receiveTopic', 'a string, where it is given');
  }
}

function refuse(field: keyof ProviderCredentials['livekit'], wanted: string): never {
  throw new AvatarError('invalid-credentials', `credentials.${field} must be ${wanted}.`, {
    provider: 'livekit',
  });
}

function isServerUrl(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    const { protocol, hostname } = new URL(value);
    return protocol === 'wss:' || (protocol === 'ws:' && isLoopback(hostname));
  } catch {
    return false;
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === '[::1]' || /(^|\.)localhost$/.test(hostname) || /^127(\.\d+){3}$/.test(hostname);
}
