/**
 * The browser half of an avatar service: what it can do, how our words become what it understands, and how its words
 * become ours. It holds no key. AKOOL's is protocol v2, built in; `@avatarwire/services` has the others.
 *
 * A half knows no queue, no rate and no retry: those live in the session, once, for every service.
 */

import type { Clock } from './clock';
import type { AvatarError } from './errors';
import type { Logger } from './logger';
import type { AvatarMode, Command, Incoming } from './protocol/messages';
import type { PublishedSource, RemoteTrack } from './transport';

/** What can be asked of an avatar. */
export type ServiceCapabilities = {
  readonly [call in 'speak' | 'ask' | 'interrupt' | 'setParams' | 'setAction']: boolean;
};

export interface AvatarService {
  /** The name that {@link ConnectionDetails} carry as `service`. */
  readonly name: string;
  /** What the service can do. A connection may be able to do less, never more. */
  readonly can: ServiceCapabilities;
  /**
   * What `send` means before anything else was chosen. Where the service takes no `set-params`, each text says by itself
   * what it is, and this stays. @default the service's own choice
   */
  readonly mode?: AvatarMode;
  /** Whether it answers commands. Where it does not, a command is done when it was taken. */
  readonly acknowledges: boolean;
  /**
   * Where its sessions are kept alive by us: after this long without a word from either side, in milliseconds, the
   * session ends with `idle`, so that nobody pays for a forgotten one. `timeouts.idleMs` overrides it. @default never
   */
  readonly idleMs?: number;
  /** Which of the visitor's devices the service listens to or looks at. @default none */
  readonly takes?: readonly PublishedSource[];
  /** Begins one conversation. Called when the connection stands, before anything is sent or received; must not throw. */
  start(host: ServiceHost): ServiceDialogue;
}

/** What a conversation may use of its session. */
export interface ServiceHost {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Short and unguessable. */
  newId(): string;
  /**
   * One call to the service over REST, through the session's source. @throws AvatarError what the source says;
   * `unsupported` where it has no `call`
   */
  call(action: string, body?: unknown): Promise<unknown>;
  /** Something came of the avatar by another way than a packet, such as a sign that it speaks. */
  receive(incoming: Incoming): void;
  /** The service session is over, and not by us: the session ends with `service-ended`. */
  gone(error?: AvatarError): void;
}

/**
 * One conversation over one connection. Nothing of it throws, unless it says so; after `close` nothing comes of it, but
 * `frames` and `command` still say how a packet would look: what waits is measured while the connection is away.
 */
export interface ServiceDialogue {
  /**
   * Where words go another way than as packets of the connection: takes one packet that {@link frames} or
   * {@link command} made. Called for one at a time; what waits while a connection is away goes to the next dialogue.
   * Resolves when the service has taken it.
   *
   * @throws AvatarError `service-busy` with `retryAfterMs` of a minute at most: the same packet comes again then, twice
   * at most; with more or without, and `service-refused`, `session-gone` and their like: it was certainly not said, and
   * the text fails with that; `network` and every other error: nobody knows, and the text fails `delivery-uncertain`
   */
  send?(packet: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Largest packet that `send` takes, in bytes. Needed with it. */
  readonly maxPacketBytes?: number;
  /** How a text becomes packets. `mode` is the one fixed for it; undefined leaves it to the avatar. */
  frames(messageId: string, mode: AvatarMode | undefined): TextFrames;
  /** One packet. Called only for what {@link AvatarService.can} allows. */
  command(command: Command, messageId: string): Uint8Array<ArrayBuffer>;
  /** What one packet of the avatar says, in order; what is not understood is `unrecognised`. */
  read(packet: Uint8Array): readonly Incoming[];
  /**
   * Called when a text has come to the head of its lane, before its first packet. A promise holds the lane until it
   * settles: for services whose answers to two questions cannot be told apart. A text that was let go and then waited
   * for a fresh connection is not asked about again: `send` is what says that it has left.
   */
  before?(mode: AvatarMode | undefined): Promise<void> | undefined;
  /** The avatar's tracks are now these. Called on every change, first when there is one. */
  show?(tracks: readonly RemoteTrack[]): void;
  /** The connection ended. Stops timers and listeners; what `before` holds is let go. */
  close(): void;
}

/** Packets around text that is escaped for JSON already. */
export interface TextFrames {
  /**
   * `joined`: the receiver puts the parts of a message together. `apart`: it says each packet as it comes, so each is
   * whole sentences, or words, under an id of its own. `whole`: one packet, or `packet-too-large`.
   */
  readonly parts: 'joined' | 'apart' | 'whole';
  /** Bytes of a packet without its text. */
  overhead(index: number, final: boolean): number;
  /** The packet of one part, in a buffer of its own. */
  frame(index: number, final: boolean, text: Uint8Array): Uint8Array<ArrayBuffer>;
}
