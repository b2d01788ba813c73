/** What each side has seen. Times are milliseconds since 1970: both sides are on one machine. */

import type { Delivery, Lane, SessionState } from '@avatarwire/core';

export type SaidKind = 'ask' | 'speak' | 'stream';

export type Outcome =
  | { readonly is: 'delivered'; readonly delivery: Delivery }
  | { readonly is: 'failed'; readonly code: string; readonly unsentText?: string };

export interface Said {
  readonly kind: SaidKind;
  readonly text: string;
  readonly at: number;
  /** Absent while nobody knows. */
  readonly outcome?: Outcome;
  readonly settledAt?: number;
}

/** An interrupt, or a change of parameters. */
export interface Commanded {
  readonly kind: 'interrupt' | 'set-params';
  readonly at: number;
  readonly settledAt?: number;
  /** What waited in the data channels when it was said: nothing overtakes that. */
  readonly waitingBytes?: number;
  /** Of the error, if it failed. */
  readonly code?: string;
}

export interface SentPacket {
  readonly at: number;
  readonly bytes: number;
  readonly lane: Lane;
}

/** A line of the transcript, as the application sees it at the end. */
export interface TranscriptLine {
  readonly id: string;
  readonly author: 'application' | 'avatar' | 'user';
  readonly text: string;
  readonly complete: boolean;
  readonly delivery?: string;
}

export interface VisitorReport {
  readonly said: readonly Said[];
  readonly commanded: readonly Commanded[];
  readonly states: readonly { readonly state: SessionState; readonly at: number }[];
  readonly packets: readonly SentPacket[];
  readonly transcript: readonly TranscriptLine[];
  /** Ids of messages that were handed over before a loss. */
  readonly uncertain: readonly string[];
  readonly ended?: { readonly reason: string; readonly code?: string };
}

export interface HeardText {
  readonly id: string;
  readonly text: string;
  readonly at: number;
}

export interface AvatarReport {
  readonly messages: readonly HeardText[];
  /** Every packet of chat, complete message or not, in the order of arrival. */
  readonly parts: readonly (HeardText & { readonly index: number; readonly bytes: number })[];
  readonly commands: readonly { readonly name: string; readonly at: number }[];
  readonly violations: readonly string[];
}

/** Of all that has come over the peer connections of the visitor. */
export interface MediaCounters {
  readonly frames: number;
  readonly soundPackets: number;
}
