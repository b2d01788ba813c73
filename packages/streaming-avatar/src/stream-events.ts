import type { AvatarError, CloseReason, Message } from '@avatarwire/core';

/** The names to listen by. */
export const StreamEvents = Object.freeze({
  /** Joined, and the avatar's picture is there. Once for each session. */
  READY: 'ready',
  /** Words of the avatar, or what it understood of the visitor's speech. */
  ONMESSAGE: 'message',
  /** The session ends soon: 30 s before, unless `timeouts.expiringNoticeMs` says otherwise. Once for each session. */
  WILLEXPIRE: 'will-expire',
  /** Its time was up. It has closed itself; `CLOSED` follows. */
  EXPIRED: 'expired',
  /** Something failed. Whatever was called for it rejects with the same error. */
  ERROR: 'error',
  /** The session is over, whatever ended it. The last event of a session. */
  CLOSED: 'closed',
});

export type StreamEvents = (typeof StreamEvents)[keyof typeof StreamEvents];

export interface MessageDetail {
  /** `chat_` and an id, the same for all pieces that join. A correction begins another; `message.id` stays. */
  readonly msg_id: string;
  /** What came since the last event of this message; may be empty in the last one. */
  readonly text: string;
  /** `bot`: the avatar's words. `user`: recognised speech of the visitor. */
  readonly from: 'bot' | 'user';
  /** The whole of it so far, and whether it is complete. */
  readonly message: Message;
}

/** `event.detail`, by the event's name. */
export interface StreamEventDetails {
  ready: { readonly ready: true };
  message: MessageDetail;
  'will-expire': { readonly msg: string; readonly inMs: number };
  expired: { readonly msg: string };
  /** `msg` is the error's message. */
  error: { readonly msg: string; readonly e: AvatarError };
  closed: { readonly reason: CloseReason };
}

const NAMES: ReadonlySet<unknown> = new Set(Object.values(StreamEvents));

export const isStreamEvent = (name: unknown): name is StreamEvents => NAMES.has(name);
