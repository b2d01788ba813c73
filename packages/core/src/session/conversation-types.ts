/** The conversation as the rest of the session sees it. */

import type { Clock } from '../clock';
import type { Outbox } from '../delivery/outbox';
import type { AvatarError } from '../errors';
import type { AvatarMode } from '../protocol/messages';
import type { ServiceLine } from './service-line';
import type { SessionStore } from './session-store';
import type { Delivery, Message, SendOptions, SessionTimeouts, TextInput } from './session-types';

export interface ConversationOptions {
  readonly store: SessionStore;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly timeouts: SessionTimeouts;
  readonly newId: () => string;
  readonly resendUncertain: boolean;
  readonly line: ServiceLine;
  /** Why the avatar takes no text in `mode`, if so. */
  readonly refusal: (mode: AvatarMode | undefined) => AvatarError | undefined;
  /** Sees to it that the avatar is ready for a text in `mode`; undefined when it is. */
  readonly prepare: (mode: AvatarMode | undefined) => Promise<void> | undefined;
}

/** A message that an interrupt cut short after some of its parts had left. */
export interface CutShort {
  readonly messageId: string;
  readonly nextIndex: number;
  readonly mode: AvatarMode | undefined;
}

export interface Conversation {
  say(
    kind: NonNullable<Message['kind']>,
    text: TextInput,
    mode: AvatarMode | undefined,
    options: SendOptions,
  ): Promise<Delivery>;
  /** Whether there is text that has not wholly left. */
  readonly isUnderWay: boolean;
  /** Parts of chat handed over so far. */
  readonly partsHandedOver: number;
  takeCutShort(): readonly CutShort[];
  /** It is known now to whom the session speaks: what the avatar takes no text for fails. */
  joined(): void;
  /** Takes everything back that has not left, streams included. `send` sends the interrupt: nobody is told before. */
  interrupt<T>(send: () => T): T;
  /** Something came from the avatar: what was handed over by then is no longer in doubt. */
  heard(arrivedBy: number): void;
  /** No connection, so messages begin to wait. */
  suspended(): void;
  resumed(): void;
  /** What was handed over after `since` may be lost. Call it before anything new is handed over. */
  lost(since: number): void;
  close(): void;
}
