/** What the application says: into the lane, along the transcript, and what became of it. */

import type { Clock } from '../clock';
import { createMessageParts } from '../delivery/chunker';
import type { Outbox } from '../delivery/outbox';
import type { ChatOutcome, MessageParts, OutgoingChat } from '../delivery/outgoing';
import { AvatarError } from '../errors';
import type { AvatarMode } from '../protocol/messages';
import { rejected } from './deferred';
import { createOutgoingMessage, type OutgoingMessage } from './outgoing-message';
import type { SessionStore } from './session-store';
import type { Delivery, Message, SendOptions, SessionTimeouts, TextInput } from './session-types';
import { readTextSource, type TextSource } from './text-source';
import { createMessageSequence, type MessageSequence, type OpenMessage } from './text-stream';

export interface ConversationOptions {
  readonly store: SessionStore;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly timeouts: SessionTimeouts;
  readonly newId: () => string;
  readonly resendUncertain: boolean;
  /** Sees to it that the avatar is in `mode`; undefined when it is. */
  readonly prepareMode: (mode: AvatarMode) => Promise<void> | undefined;
}

export interface Conversation {
  say(
    kind: NonNullable<Message['kind']>,
    text: TextInput,
    mode: AvatarMode | undefined,
    options: SendOptions,
  ): Promise<Delivery>;
  /** Parts of chat handed over so far. */
  readonly partsHandedOver: number;
  /** Messages that an interrupt cut short after some of their parts had left: their ids, with the next index. */
  takeCutShort(): readonly OpenMessage[];
  /** Takes everything back that has not left, streams included. */
  interrupt(): void;
  /** Something came from the avatar: what was handed over before is no longer in doubt. */
  heard(): void;
  /** No connection, so messages begin to wait. */
  suspended(): void;
  resumed(): void;
  /** What was handed over after `since` may be lost. Call it before anything new is handed over. */
  lost(since: number): void;
  close(): void;
}

/** A stream is read on while less than this waits of it. */
const MAX_STREAM_CHARACTERS = 4_096;
/** Finished messages remembered in case a lost connection puts them in doubt. */
const MAX_UNCONFIRMED = 1_000;

interface Entry {
  readonly outgoing: OutgoingMessage;
  readonly item: OutgoingChat;
  readonly textBytes: number;
  lastHandOverAt: number;
  /** Wholly handed over, not settled, and then the connection lost packets. */
  doubtful?: boolean;
  source?: TextSource;
  sequence?: MessageSequence;
  wasInterrupted?: boolean;
  /** What ended it, where it was not the outbox. */
  endedBy?: { readonly status: ChatOutcome['status']; readonly error?: AvatarError };
}

const NOTHING_SENT = {
  parts: 0,
  bytes: 0,
  sentTextBytes: 0,
  totalTextBytes: 0,
  lastHandOverAt: undefined,
} as const;

export function createConversation(options: ConversationOptions): Conversation {
  const { store, outbox, clock, timeouts, newId, resendUncertain, prepareMode } = options;
  const open = new Set<Entry>();
  /** Finished since the avatar was last heard. */
  let unconfirmed: { message: Message; mode: AvatarMode | undefined; lastHandOverAt: number }[] = [];
  let cutShort: OpenMessage[] = [];
  let partsHandedOver = 0;
  let isSuspended = true;
  let cancelWaitTimer: (() => void) | undefined;

  function enter(outgoing: OutgoingMessage, textBytes: number, makeParts: () => MessageParts): Entry {
    const { mode } = outgoing;
    let seenParts = 0;
    const countParts = (parts: number) => {
      partsHandedOver += parts - seenParts;
      seenParts = parts;
    };
    const item: OutgoingChat = {
      messageId: outgoing.message.id,
      parts: makeParts,
      prepare: () => (mode === undefined ? undefined : prepareMode(mode)),
      onProgress(progress) {
        countParts(progress.parts);
        entry.lastHandOverAt = clock.now();
        outgoing.progressed(progress);
        entry.source?.pull();
      },
      onFinished(outcome) {
        countParts(outcome.parts);
        finish(entry, outcome);
      },
    };
    const entry: Entry = { outgoing, item, textBytes, lastHandOverAt: -Infinity };
    open.add(entry);
    if (isSuspended) outgoing.waitingSince = clock.now();
    outbox.enqueueChat(item, textBytes);
    watchWaiting();
    return entry;
  }

  function finish(entry: Entry, result: ChatOutcome): void {
    const { outgoing } = entry;
    // What had wholly left before it was taken back was sent all the same.
    const outcome: ChatOutcome = result.status === 'sent' ? result : { ...result, ...entry.endedBy };
    open.delete(entry);
    entry.source?.stop();
    const { status, lastHandOverAt, parts } = outcome;
    if (entry.wasInterrupted && status !== 'sent') {
      const open = entry.sequence
        ? entry.sequence.openMessage()
        : { messageId: outgoing.message.id, nextIndex: parts };
      if (open && open.nextIndex > 0) cutShort.push(open);
    }
    if (
      status === 'failed' &&
      outcome.error?.code === 'delivery-uncertain' &&
      resendUncertain &&
      !entry.source
    ) {
      sayAgain(outgoing.message, outgoing.mode).then(outgoing.delivery.resolve, outgoing.delivery.reject);
      outgoing.became('uncertain');
      return;
    }
    const uncertain = status === 'sent' && entry.doubtful === true;
    outgoing.finished(outcome, uncertain);
    const { message, mode } = outgoing;
    if (uncertain) reportUncertain(message, mode);
    else if (status === 'sent' && lastHandOverAt !== undefined) remember({ message, mode, lastHandOverAt });
  }

  function remember(finished: (typeof unconfirmed)[number]): void {
    unconfirmed.push(finished);
    if (unconfirmed.length >= 2 * MAX_UNCONFIRMED) unconfirmed = unconfirmed.slice(-MAX_UNCONFIRMED);
  }

  function reportUncertain(message: Message, mode: AvatarMode | undefined): void {
    store.events.emit('message-uncertain', { message });
    if (resendUncertain) sayAgain(message, mode);
  }

  /** The whole text under a new id, before everything that waits. */
  function sayAgain({ kind = 'send', text }: Message, mode: AvatarMode | undefined): Promise<Delivery> {
    const waiting = [...open].filter(({ item }) => outbox.withdraw(item));
    const again = sayText(kind, text, mode);
    for (const { item, textBytes } of waiting) outbox.enqueueChat(item, textBytes);
    return again.outgoing.delivery.promise;
  }

  function sayText(kind: NonNullable<Message['kind']>, text: string, mode: AvatarMode | undefined): Entry {
    const outgoing = createOutgoingMessage(
      { id: newId(), kind, text, complete: true, mode },
      clock,
      store.update,
    );
    store.add(outgoing.message);
    return enter(outgoing, utf8Length(text), () => {
      const parts = createMessageParts(outgoing.message.id);
      parts.append(text);
      parts.end();
      return parts;
    });
  }

  function sayStream(
    kind: NonNullable<Message['kind']>,
    text: AsyncIterable<string> | ReadableStream<string>,
    mode: AvatarMode | undefined,
    as: NonNullable<SendOptions['as']>,
  ): Entry {
    const id = newId();
    const outgoing = createOutgoingMessage(
      { id, kind, text: '', complete: false, mode },
      clock,
      store.update,
    );
    store.add(outgoing.message);
    let firstId: string | undefined = id;
    const nextId = () => {
      const next = firstId ?? newId();
      firstId = undefined;
      return next;
    };
    const sequence = as === 'messages' ? createMessageSequence(nextId) : undefined;
    const parts = sequence ?? createMessageParts(id);
    const entry = enter(outgoing, 0, () => parts);
    if (sequence) entry.sequence = sequence;
    entry.source = readTextSource(text, {
      clock,
      stalledMs: timeouts.sourceStalledMs,
      isFull: () => parts.remainingText().length >= MAX_STREAM_CHARACTERS,
      onText(piece) {
        parts.append(piece);
        outgoing.grew(outgoing.message.text + piece, false);
        outbox.pump();
      },
      onEnd(ending) {
        parts.end();
        outgoing.grew(outgoing.message.text, true);
        if (ending.type === 'stalled') store.events.emit('source-stalled', { messageId: id });
        if (ending.type === 'failed') {
          store.events.emit('source-failed', { messageId: id, error: ending.error });
          outgoing.delivery.reject(ending.error);
        }
        outbox.pump();
      },
    });
    return entry;
  }

  function abort(entry: Entry, reason: unknown): void {
    entry.outgoing.delivery.reject(reason);
    drop(entry, { status: 'interrupted' });
  }

  /** Takes back what has not left of it. */
  function drop(entry: Entry, endedBy: NonNullable<Entry['endedBy']>): void {
    if (!open.has(entry)) return;
    entry.source?.stop();
    entry.endedBy = endedBy;
    if (outbox.withdraw(entry.item)) {
      finish(entry, { ...NOTHING_SENT, ...endedBy, unsentText: entry.outgoing.message.text });
    }
  }

  /** A message waits at most `queuedMs` for a connection. One timer, for the one that has waited longest. */
  function watchWaiting(): void {
    if (cancelWaitTimer || !isSuspended) return;
    const oldest = Math.min(...[...open].map(({ outgoing }) => outgoing.waitingSince ?? Infinity));
    if (oldest === Infinity) return;
    cancelWaitTimer = clock.schedule(
      () => {
        cancelWaitTimer = undefined;
        for (const entry of [...open]) {
          const { waitingSince } = entry.outgoing;
          if (waitingSince === undefined || clock.now() - waitingSince < timeouts.queuedMs) continue;
          const message = `It waited ${timeouts.queuedMs} ms (timeouts.queuedMs) for a connection.`;
          drop(entry, { status: 'failed', error: new AvatarError('not-connected', message) });
        }
        watchWaiting();
      },
      oldest + timeouts.queuedMs - clock.now(),
    );
  }

  function stopWaitTimer(): void {
    cancelWaitTimer?.();
    cancelWaitTimer = undefined;
  }

  return {
    say(kind, text, mode, { signal, as = 'messages' }) {
      if (signal?.aborted) return rejected(signal.reason);
      if (typeof text === 'string') {
        const waiting = outbox.queuedTextBytes + utf8Length(text);
        if (waiting > timeouts.maxQueuedBytes) return rejected(queueFull(waiting, timeouts.maxQueuedBytes));
      }
      const entry = typeof text === 'string' ? sayText(kind, text, mode) : sayStream(kind, text, mode, as);
      if (signal) {
        const onAbort = () => abort(entry, signal.reason);
        signal.addEventListener('abort', onAbort, { once: true });
        const { promise } = entry.outgoing.delivery;
        const forget = () => signal.removeEventListener('abort', onAbort);
        promise.then(forget, forget);
      }
      return entry.outgoing.delivery.promise;
    },
    get partsHandedOver() {
      return partsHandedOver;
    },
    takeCutShort() {
      const taken = cutShort;
      cutShort = [];
      return taken;
    },
    interrupt() {
      cutShort = [];
      for (const entry of [...open]) {
        entry.wasInterrupted = true;
        drop(entry, { status: 'interrupted' });
      }
    },
    heard() {
      unconfirmed = [];
    },
    suspended() {
      isSuspended = true;
      const now = clock.now();
      for (const { outgoing } of open) outgoing.waitingSince ??= now;
      watchWaiting();
    },
    resumed() {
      isSuspended = false;
      stopWaitTimer();
      for (const { outgoing } of open) outgoing.waitingSince = undefined;
    },
    lost(since) {
      for (const entry of open) if (entry.lastHandOverAt > since) entry.doubtful = true;
      const inDoubt = unconfirmed.filter(({ lastHandOverAt }) => lastHandOverAt > since);
      unconfirmed = [];
      for (const { message, mode } of inDoubt) {
        const { delivery } = message;
        const doubtful: Message = delivery
          ? { ...message, delivery: { ...delivery, state: 'uncertain' } }
          : message;
        store.update(doubtful);
        reportUncertain(doubtful, mode);
      }
    },
    close() {
      stopWaitTimer();
      for (const { source } of open) source?.stop();
    },
  };
}

function queueFull(waiting: number, maxQueuedBytes: number): AvatarError {
  const limit = `timeouts.maxQueuedBytes is ${maxQueuedBytes}`;
  return new AvatarError(
    'queue-full',
    `With this text ${waiting} bytes would wait, and ${limit}. Send less, or later.`,
  );
}

/** Bytes of `text` in UTF-8, without encoding it. */
function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    // Each half of a pair counts two of its four bytes.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}
