/** The outbox as the session sees it. */

import type { Clock } from '../clock';
import type { AvatarError } from '../errors';
import type { BudgetUse, OutgoingChat, OutgoingCommand, WireRecord } from './outgoing';
import type { RatePolicy } from './rate-policies';

export interface OutboxOptions {
  readonly clock: Clock;
  /** Every packet handed over, for `tap`. */
  readonly onWire?: (record: WireRecord) => void;
  /** Asked before a record is made. @default always true */
  readonly isTapped?: () => boolean;
  /**
   * Asked when the service was too busy for one packet three times: gives what brings a fresh connection, which comes
   * through {@link Outbox.open}, or undefined where there will be none. Asked once for each message and command;
   * without a fresh connection that fails `service-busy`. @default none
   */
  readonly renewal?: () => (() => void) | undefined;
  /** Receives what a callback of an item threw. @default rethrown from a microtask */
  readonly onCallbackError?: (error: unknown) => void;
}

/** What packets leave over: a transport that has connected. */
export interface OutboxConnection {
  /** Resolves when the packet was taken. See `AvatarTransport.send`. */
  send(packet: Uint8Array<ArrayBuffer>): Promise<void>;
  readonly maxPacketBytes: number;
  readonly policy: RatePolicy;
  /** Hands the next packet over only when the one before has settled. @default false */
  readonly oneAtATime?: boolean;
}

export interface Outbox {
  /**
   * Puts `item` at the end of the chat lane.
   *
   * @param textBytes about how many bytes of text it has, for {@link queuedTextBytes} until it is cut. @default 0
   */
  enqueueChat(item: OutgoingChat, textBytes?: number): void;
  /**
   * Takes an item back. True: nothing of it was handed over, and `onFinished` is not called. False: it was partly
   * handed over and finishes `interrupted`, or wholly, and then what is refused of it is not handed over again.
   */
  withdraw(item: OutgoingChat): boolean;
  /** An `interrupt` also empties the chat lane: what does not survive it finishes `interrupted`. */
  enqueueCommand(command: OutgoingCommand): void;
  /**
   * Starts, or goes on, over a new connection. What the last second handed over stays charged.
   *
   * @throws AvatarError `invalid-argument` for a policy that cannot be kept
   */
  open(connection: OutboxConnection): void;
  /** Hands nothing over until {@link resume}. What is in flight may still settle. */
  pause(): void;
  /**
   * Goes on over the same connection. `lossySince`: what was handed over after this moment (on the clock's `now`) may
   * be lost; a message of which a part was, and which is not wholly handed over, fails `delivery-uncertain`.
   */
  resume(options?: { readonly lossySince?: number }): void;
  /**
   * The connection is gone. What waits goes on waiting for {@link open}. What is in flight counts as lost: commands
   * fail `network`, messages `delivery-uncertain`. `lossySince` as in {@link resume}.
   */
  detach(options: { readonly lossySince: number }): void;
  /** Ends everything: items finish `closed`, commands fail with `error`. Nothing is scheduled afterwards. */
  close(error?: AvatarError): void;
  /** Hands over what may go now. Call it when text was appended, when a packet came in, when the page was shown. */
  pump(): void;
  /** Holds the chat lane until the function returned is called. Commands and interrupts go on. */
  holdChat(): () => void;
  /** Bytes of text in the chat lane: as announced, and as counted for what has begun. */
  readonly queuedTextBytes: number;
  use(): BudgetUse;
}
