/** Who is asked: the SDK, real or double, and what a claim needs to ask it. */

import type {
  AgoraClientConfig,
  AgoraClientEvents,
  AgoraConnectionState,
  AgoraLocalTrack,
  AgoraLocalVideoTrack,
  AgoraRole,
  AgoraStats,
  AgoraUid,
} from '../../src/agora/index';
import type { Outside } from '../browser-commands';

/** Wide where a claim asks with nonsense. */
export interface ClientUnderTest {
  readonly connectionState: AgoraConnectionState;
  readonly role: AgoraRole;
  readonly uid?: AgoraUid | undefined;
  readonly channelName?: string | undefined;
  readonly remoteUsers: readonly object[];
  readonly localTracks: readonly object[];
  join(...args: unknown[]): Promise<AgoraUid>;
  leave(): Promise<void>;
  publish(tracks: unknown): Promise<unknown>;
  unpublish(tracks?: unknown): Promise<unknown>;
  subscribe(user: unknown, mediaType: unknown): Promise<unknown>;
  unsubscribe(user: unknown, mediaType?: unknown): Promise<unknown>;
  renewToken(token: string): Promise<unknown>;
  setClientRole(role: unknown, options?: unknown): Promise<unknown>;
  enableAudioVolumeIndicator(): void;
  getRTCStats(): AgoraStats;
  sendStreamMessage(...args: unknown[]): Promise<unknown>;
  on(event: string, listener: unknown): unknown;
  once(event: string, listener: unknown): unknown;
  off(event: string, listener: unknown): unknown;
  removeAllListeners(event?: string): unknown;
  emit(event: string, ...payload: unknown[]): unknown;
}

export interface SdkUnderTest {
  createClient(config: unknown): ClientUnderTest;
  createCustomAudioTrack(config: { mediaStreamTrack: MediaStreamTrack }): AgoraLocalTrack;
  createCustomVideoTrack(config: { mediaStreamTrack: MediaStreamTrack }): AgoraLocalVideoTrack;
}

/**
 * A client in a channel. The real one only believes it: its socket is ours, and so is the gateway behind it. What the
 * gateway says is what the SDK's own code listens for; that the real gateway says it so is not proved by this.
 */
export interface InChannel {
  readonly client: ClientUnderTest;
  /** Texts of the messages that reached the socket, in order. */
  sent(): string[];
  /** The gateway answers what was sent so far. */
  answer(): void;
  /** The socket is gone, and nobody has noticed. */
  loseSocket(): void;
  cut(): void;
  restore(): void;
  /** The SDK gives up. */
  giveUp(): void;
  deliver(uid: AgoraUid, text: string): void;
  userOnline(uid: AgoraUid): void;
  userOffline(uid: AgoraUid): void;
  show(uid: AgoraUid, kind: 'audio' | 'video'): void;
  hide(uid: AgoraUid, kind: 'audio' | 'video'): void;
  mute(uid: AgoraUid, kind: 'audio' | 'video', muted: boolean): void;
  /** Somebody joins with our uid. */
  joinElsewhere(): void;
  ban(): void;
  banChannel(): void;
  expiring(): void;
  expired(): void;
}

export interface Subject {
  readonly sdk: SdkUnderTest;
  /** A module's namespace, as `import()` gives it. */
  readonly module: object;
  /** Lets requests to the outside fail in this way. */
  outside(how: Outside): Promise<void>;
  /** A client that takes itself for joined and never had a socket. */
  joinedWithoutSocket(config?: Partial<AgoraClientConfig>): Promise<ClientUnderTest>;
  inChannel(config?: Partial<AgoraClientConfig>): Promise<InChannel>;
  /** Real time for what is under way to arrive. */
  settle(): Promise<void>;
}

export const RTC = { mode: 'rtc', codec: 'vp8' } as const;
export const LIVE = { mode: 'live', codec: 'vp8' } as const;
/** With it a join fails within seconds instead of never. */
export const QUICKLY = {
  ...RTC,
  httpRetryConfig: { timeout: 300, timeoutFactor: 1, maxRetryCount: 1, maxRetryTimeout: 500 },
};

type EventName = keyof AgoraClientEvents;

/** What a client tells, a line for each event: its name, uids of users, and plain values. */
export function listen(client: ClientUnderTest, events: readonly EventName[]): string[] {
  const told: string[] = [];
  for (const event of events)
    client.on(event, (...payload: unknown[]) => told.push([event, ...payload.map(line)].join(' ')));
  return told;
}

function line(value: unknown): unknown {
  if (value === undefined) return '-';
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (typeof value === 'object' && value !== null && 'uid' in value) return value.uid;
  return value;
}

export const states = (client: ClientUnderTest) => listen(client, ['connection-state-change']);

/** What a promise comes to: `resolved`, the code of its error, or the name of an error without one. */
export async function outcome(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'resolved';
  } catch (error) {
    return codeOf(error);
  }
}

/** The same for a call that may also throw. */
export const asked = (call: () => Promise<unknown>): Promise<string> =>
  outcome(new Promise((resolve) => resolve(call())));

export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`;
  return 'code' in error && error.code !== undefined ? String(error.code) : error.name;
}

/** Where a promise stands by now. */
export async function now(promise: Promise<unknown>): Promise<string> {
  const pending = new Promise<string>((resolve) => setTimeout(() => resolve('pending'), 0));
  return Promise.race([outcome(promise), pending]);
}

/** What a call comes to in its own turn. */
export function attempt(call: () => unknown): string {
  try {
    call();
    return 'returned';
  } catch (error) {
    return codeOf(error);
  }
}

export const waitMs = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
