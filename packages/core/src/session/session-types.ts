/** The public face of a session. */

import type { Clock } from '../clock';
import type { ConnectionDetails, Provider, SessionSource } from '../credentials';
import type { WireRecord } from '../delivery/outgoing';
import type { RatePolicy } from '../delivery/rate-policies';
import type { AvatarError } from '../errors';
import type {
  LocalCamera,
  LocalMicrophone,
  LocalScreen,
  MediaFactory,
  MediaProblem,
  MediaState,
  Speaker,
  SpeakerState,
} from '../local-media';
import type { Logger } from '../logger';
import type { AvatarAction, AvatarMode, AvatarParams } from '../protocol/messages';
import type { AvatarService, ServiceCapabilities } from '../service';
import type { AvatarTransport, PublishedSource, Quality, Statistics } from '../transport';
import type { CloseReason } from './close-reason';

export interface AvatarSessionOptions {
  /**
   * The adapters to choose from. Each makes a fresh transport for each attempt; what is not called is not downloaded
   * if it is an `import()`.
   */
  readonly transports: { readonly [P in Provider]?: () => AvatarTransport<P> | Promise<AvatarTransport<P>> };
  /** Connection details at hand, or what opens and closes service sessions. */
  readonly source: ConnectionDetails | SessionSource;
  /**
   * Browser halves of the avatar services, by the name that the details carry as `service`. What is an `import()` is
   * downloaded only when its service is met. @default AKOOL's protocol v2 for every name
   *
   * ```ts
   * services: { a2e: () => import('@avatarwire/services/a2e').then((m) => m.a2e()) }
   * ```
   */
  readonly services?: { readonly [name: string]: () => AvatarService | Promise<AvatarService> };
  /**
   * The visitor's microphone, camera and screen, and the choice of a speaker. Without it those calls reject `unsupported`.
   *
   * ```ts
   * import { localMedia } from '@avatarwire/core/media';
   * createAvatarSession({ transports, source, media: localMedia() });
   * ```
   */
  readonly media?: MediaFactory;
  /** Order of fail-over. @default the order of `transports` */
  readonly prefer?: readonly Provider[];
  /** Overrides of the provider's {@link RatePolicy}; checked when connecting. */
  readonly policy?: Partial<RatePolicy>;
  readonly timeouts?: Partial<SessionTimeouts>;
  /** After a reconnect that may have lost packets, say an uncertain message again, whole, under a new id. @default false */
  readonly resendUncertain?: boolean;
  /** After an interrupt's acknowledgement, send an empty final part for each message cut short. @default false */
  readonly finishAbandoned?: boolean;
  /** How many messages the snapshot keeps. @default 1000 */
  readonly maxMessages?: number;
  /** @default silent */
  readonly logger?: Logger;
  /** @default the machine's */
  readonly clock?: Clock;
  /** Makes message ids: short and unguessable. @default 12 characters from `crypto.getRandomValues` */
  readonly randomId?: () => string;
  /** Close the service session when the page goes away. @default true */
  readonly closeOnPageHide?: boolean;
}

/** All in milliseconds, but the last, which is bytes. */
export interface SessionTimeouts {
  /** One attempt to join. @default 15000 */
  readonly connectMs: number;
  /** From joined until the avatar is there. @default 30000 */
  readonly avatarMs: number;
  /** From the avatar's leaving until the session ends. @default 20000 */
  readonly avatarGoneMs: number;
  /** From hand-over of a command to its acknowledgement. @default 5000 */
  readonly ackMs: number;
  /** Longest wait of a message while not connected. @default 30000 */
  readonly queuedMs: number;
  /** Each step of closing. @default 3000 */
  readonly closeMs: number;
  /** Silence of the avatar after something was handed over, until it is probed. @default 15000 */
  readonly unresponsiveMs: number;
  /** How long before the end `expiring` comes. @default 60000 */
  readonly expiringNoticeMs: number;
  /** Silence of a text stream that ends its message. @default 10000 */
  readonly sourceStalledMs: number;
  /** Without a word from either side, until the session ends; `Infinity` for never. @default what the service says, else never */
  readonly idleMs?: number;
  /** How long before the end for `idle` that `idling` comes; at most half of `idleMs`. @default 30000 */
  readonly idlingNoticeMs: number;
  /** Text waiting to be sent, in bytes. @default 1048576 */
  readonly maxQueuedBytes: number;
}

export type SessionState = 'idle' | 'connecting' | 'waiting' | 'live' | 'reconnecting' | 'closing' | 'closed';

export type TextInput = string | AsyncIterable<string> | ReadableStream<string>;

export interface SendOptions {
  /** Takes back what was not handed over yet; the call rejects with `signal.reason`. */
  readonly signal?: AbortSignal;
  /** How a stream travels: as complete messages, sentence by sentence, or as the parts of one. @default 'messages' */
  readonly as?: 'messages' | 'one-message';
}

/** What became of a message. An interrupt or a close is an outcome, not an error. */
export interface Delivery {
  readonly messageId: string;
  readonly status: 'sent' | 'interrupted' | 'closed';
  readonly parts: number;
  /** Bytes of whole packets handed over. */
  readonly bytes: number;
  readonly unsentText: string;
  /** Handed over before a connection loss that may have swallowed it. */
  readonly uncertain: boolean;
}

/** A message in the transcript. */
export interface Message {
  /** Unique in the transcript. */
  readonly id: string;
  /** `application`: what we sent. `user`: what the avatar understood of the visitor's speech. */
  readonly author: 'application' | 'avatar' | 'user';
  /** For the application's messages: which call it was. */
  readonly kind?: 'ask' | 'speak' | 'send';
  readonly text: string;
  /** False while parts are missing. */
  readonly complete: boolean;
  /** Milliseconds since 1970, at the first sight of it. */
  readonly at: number;
  /** For the application's messages. */
  readonly delivery?: MessageDelivery;
}

export interface MessageDelivery {
  readonly state: 'queued' | 'sending' | 'sent' | 'uncertain' | 'interrupted' | 'closed' | 'failed';
  readonly sentBytes: number;
  readonly totalBytes: number;
  /** Once it is over: what of the text was never handed over, if anything. */
  readonly unsentText?: string;
  readonly error?: AvatarError;
}

export interface Timings {
  /** From `connect()` to joined. */
  readonly connectMs?: number;
  /** From `connect()` to the first picture. */
  readonly firstFrameMs?: number;
  /** From hand-over to the last acknowledgement. */
  readonly lastAckMs?: number;
  /** From the last `interrupt()` to its acknowledgement, or until it was taken where the service gives none. */
  readonly interruptMs?: number;
}

/** Immutable; branches that did not change keep their identity. */
export interface SessionSnapshot {
  readonly state: SessionState;
  readonly closed?: { readonly reason: CloseReason; readonly error?: AvatarError };
  readonly provider?: Provider;
  readonly service?: string;
  /** The mode last acknowledged or given by `setParams`, else the service's own: what `send` means. */
  readonly mode?: AvatarMode;
  /** What the avatar acknowledged. */
  readonly params: AvatarParams;
  /** Milliseconds since 1970. */
  readonly expiresAt?: number;
  /** Milliseconds since 1970: when the session ends for `idle` unless a word is said; absent while one is, or never. */
  readonly idleEndsAt?: number;
  /** False while the avatar does not answer. */
  readonly responsive: boolean;
  /** What cannot be asked of this avatar over this connection rejects `unsupported`. */
  readonly can: SessionCapabilities;
  /** The last `maxMessages`. */
  readonly messages: readonly Message[];
  readonly avatar: {
    readonly id?: string;
    readonly present: boolean;
    readonly speaking: boolean;
    readonly audio: boolean;
    readonly video: boolean;
  };
  readonly playback: 'none' | 'playing' | 'blocked';
  readonly microphone: MediaState;
  readonly camera: MediaState;
  readonly screen: MediaState;
  readonly speaker: SpeakerState;
  /** What will end the session soon; there from the notice before it on, and gone when it is averted. */
  readonly ending?: {
    readonly reason: 'expired' | 'idle';
    /** Milliseconds since 1970. */
    readonly at: number;
  };
  readonly quality?: Quality;
  readonly timings: Timings;
}

/** What can be asked of the avatar, and what the connection would send of the visitor's devices. */
export type SessionCapabilities = ServiceCapabilities & { readonly [source in PublishedSource]: boolean };

export interface SessionEvents {
  'state-changed': { readonly state: SessionState; readonly previous: SessionState };
  /** A message came, grew or changed its delivery. */
  'message-changed': { readonly message: Message };
  /** A message of the avatar, or recognised speech of the visitor, is complete. */
  'message-received': { readonly message: Message };
  /** A message was handed over before a loss that may have swallowed it. */
  'message-uncertain': { readonly message: Message };
  'speech-started': Record<string, never>;
  'speech-ended': Record<string, never>;
  'params-changed': { readonly params: AvatarParams };
  /** A frame from the avatar that we do not know. */
  unrecognised: { readonly problem: string; readonly raw: unknown };
  /** A packet from a participant that is not the avatar. */
  'ignored-packet': { readonly from: string; readonly bytes: number };
  /** An incoming message was given up: too many, too large or too old. */
  'message-dropped': { readonly id: string; readonly problem: string };
  /** A text stream was silent for too long and its message was ended. */
  'source-stalled': { readonly messageId: string };
  'source-failed': { readonly messageId: string; readonly error: unknown };
  'playback-blocked': { readonly kind: 'audio' | 'video' };
  /** One attempt with one provider failed; another may follow. */
  'attempt-failed': { readonly provider: Provider; readonly error: AvatarError };
  /** A device failed, and no call was told of it: unplugged, taken away, refused by the connection. */
  'media-failed': { readonly source: PublishedSource; readonly problem: MediaProblem };
  expiring: { readonly inMs: number };
  /** Nobody has said a word for long. `keepOpen()`, or a word, averts the end. */
  idling: { readonly inMs: number };
  closed: { readonly reason: CloseReason; readonly error?: AvatarError };
}

export interface AvatarSession extends AsyncDisposable {
  /**
   * Opens a service session, joins, and resolves when the avatar is there and can receive. From `idle` or `closed`.
   *
   * @throws AvatarError what ended the last attempt; or `signal.reason` after an abort
   */
  connect(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Stops everything and ends the paid session. From any state, any number of times. Never rejects. */
  close(): Promise<void>;
  /** For a chat box: the avatar repeats or answers, as the current mode says. */
  send(text: string, options?: SendOptions): Promise<Delivery>;
  /** The avatar answers. */
  ask(text: string, options?: SendOptions): Promise<Delivery>;
  /** The avatar says exactly this. A stream is spoken as it comes. */
  speak(text: TextInput, options?: SendOptions): Promise<Delivery>;
  /**
   * Stops the avatar and drops all chat not yet handed over. Resolves on the acknowledgement, or when it was taken where
   * the service gives none.
   */
  interrupt(): Promise<void>;
  /** Resolves as `interrupt`. @throws AvatarError `command-refused`, `ack-timeout`, `packet-too-large` */
  setParams(params: AvatarParams): Promise<void>;
  /**
   * Documented without an acknowledgement: resolves on one, else with `acknowledged: false` after 2 s, or at once where
   * the service gives none.
   */
  setAction(action: AvatarAction): Promise<{ readonly acknowledged: boolean }>;
  /** Shows the avatar in `element`, now and after every reconnect. The function returned detaches it. */
  attach(element: HTMLVideoElement): () => void;
  /** Call it in the handler of a click when `playback` is `blocked`. */
  resumePlayback(): Promise<void>;
  readonly microphone: LocalMicrophone;
  readonly camera: LocalCamera;
  readonly screen: LocalScreen;
  /** Where the avatar's sound comes out. */
  readonly speaker: Speaker;
  /** Counts as a word: the time until the end for `idle` begins anew. */
  keepOpen(): void;
  /**
   * What the vendor measures, while somebody listens and the session has joined; a field that it does not measure is
   * absent. @param options.everyMs at least 250. @default 1000
   */
  onStatistics(
    listener: (statistics: Statistics) => void,
    options?: { readonly everyMs?: number },
  ): () => void;
  getSnapshot(): SessionSnapshot;
  subscribe(listener: () => void): () => void;
  on<E extends keyof SessionEvents>(event: E, listener: (payload: SessionEvents[E]) => void): () => void;
  once<E extends keyof SessionEvents>(
    event: E,
    options?: { where?(payload: SessionEvents[E]): boolean; readonly signal?: AbortSignal },
  ): Promise<SessionEvents[E]>;
  /** Every packet in and out. Costs nothing while nobody listens. */
  tap(listener: (record: WireRecord) => void): () => void;
  /** The transport in use; `transport.native` is the vendor's client. */
  readonly transport: AvatarTransport | undefined;
}
