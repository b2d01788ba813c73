/** What the outbox is given to send, and what it says about it. */

import type { AvatarError } from '../errors';

export type Lane = 'interrupt' | 'command' | 'chat';

/** A command: one packet. Interrupts overtake everything; other commands go before the next part of chat. */
export interface OutgoingCommand {
  readonly lane: 'interrupt' | 'command';
  readonly messageId: string;
  /** Makes the packet, once, at the head of its lane. What it throws fails the command. */
  packet(): Uint8Array<ArrayBuffer>;
  /** An interrupt empties the chat lane, unless this says that it is a repetition and what waits there is newer. */
  readonly keepsChat?: boolean;
  /** Called in the turn in which the packet is handed over. */
  onHandedOver?(): void;
  /** The transport took it. */
  onTaken?(): void;
  /** It could not be made, the transport refused it, or it was dropped because the outbox closed. */
  onFailed?(error: AvatarError): void;
}

/** A place in the chat lane: a message, or (without `parts`) a point in the order that holds the lane. */
export interface OutgoingChat {
  readonly messageId: string;
  /** Makes the parts, once, when the message reaches the head of its lane. */
  parts?(): MessageParts;
  /**
   * Called once, when this reaches the head of the lane. A promise holds the lane until it settles; its rejection
   * fails this item alone.
   */
  prepare?(): Promise<void> | undefined;
  /** An interrupt leaves it in its place: a change of mode, which is not chat. */
  readonly survivesInterrupt?: boolean;
  onProgress?(progress: ChatProgress): void;
  /** Called exactly once. */
  onFinished(outcome: ChatOutcome): void;
}

export interface ChatProgress {
  /** Parts and bytes (whole packets) handed over. */
  readonly parts: number;
  readonly bytes: number;
  /** Bytes of text handed over, and in total as far as known. */
  readonly sentTextBytes: number;
  readonly totalTextBytes: number;
}

export interface ChatOutcome extends ChatProgress {
  readonly status: 'sent' | 'interrupted' | 'closed' | 'failed';
  /** What was never handed over. Empty for `sent`. */
  readonly unsentText: string;
  /** When the last part was handed over, on the clock's `now`; undefined if none was. */
  readonly lastHandOverAt: number | undefined;
  /** With `failed`. */
  readonly error?: AvatarError;
}

/** One message, cut into packets one at a time, when there is budget. */
export interface MessageParts {
  /**
   * Cuts the next part into a packet of at most `maxPacketBytes`. Undefined when everything has been cut, or when an
   * open message has nothing to give at the moment.
   */
  next(maxPacketBytes: number): Part | undefined;
  /** The final part has been cut. */
  readonly done: boolean;
  /** Bytes of escaped text known so far. */
  readonly totalTextBytes: number;
  /** Goes back: `next` cuts `part` again, and all after it. */
  rewindTo(part: Part): void;
  /** The text not cut yet. */
  remainingText(): string;
  /** More text for an open message. */
  append(text: string): void;
  /** No more text comes for now, so that a sentence is over whose end only what follows would show. */
  rest?(): void;
  /** No more text comes; the next part that takes the rest is final. */
  end(): void;
}

export interface Part {
  /** The message it belongs to, where one place in the lane carries several: a stream sent as complete messages. */
  readonly messageId?: string;
  readonly index: number;
  readonly final: boolean;
  readonly packet: Uint8Array<ArrayBuffer>;
  /** Where its text begins and ends in the escaped text, in bytes. */
  readonly startTextByte: number;
  readonly endTextByte: number;
  /** It took all that could be said: if it has to wait, more may have come by then, so it is cut again. */
  readonly mayGrow: boolean;
}

/** One packet on the wire, in either direction. What the wire inspector stands on. */
export interface WireRecord {
  /** Milliseconds on the clock's `now`. */
  readonly at: number;
  readonly direction: 'out' | 'in';
  readonly data: Uint8Array;
  /** For packets out, as the three below. */
  readonly lane?: Lane;
  readonly messageId?: string;
  /** Index of the part, for chat. */
  readonly part?: number;
  readonly final?: boolean;
  /** Sender, for packets in. */
  readonly from?: string;
  /** What the last second has used of the policy's budget, this packet included. */
  readonly budget?: BudgetUse;
}

export interface BudgetUse {
  readonly packets: number;
  readonly bytes: number;
  readonly packetsPerSecond: number;
  readonly bytesPerSecond: number;
  /** Packets handed over and not yet settled. */
  readonly unsettledBytes: number;
  /** Messages and commands waiting. */
  readonly queued: number;
}
