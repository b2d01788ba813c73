/** What the application says: into the lane, along the transcript, and what became of it. */

import type { Clock } from '../clock';
import { createMessageParts } from '../delivery/chunker';
import type { Outbox } from '../delivery/outbox';
import type { ChatOutcome, MessageParts, OutgoingChat } from '../delivery/outgoing';
import { AvatarError } from '../errors';
import type { AvatarMode } from '../protocol/messages';
import { rejected } from './deferred';
import { createLateText, type LateText } from './late-text';
import { createOutgoingMessage, type OutgoingMessage } from './outgoing-message';
import type { ServiceLine } from './service-line';
import type { SessionStore } from './session-store';
import type { Delivery, Message, SendOptions, SessionTimeouts, TextInput } from './session-types';
import { readTextSource, type TextSource } from './text-source';
import { createMessageSequence } from './text-stream';
import { createUnconfirmed, type Finished } from './unconfirmed';

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

interface Entry {
  readonly outgoing: OutgoingMessage;
  readonly item: OutgoingChat;
  readonly text: LateText;
  readonly textBytes: number;
  lastHandOverAt: number;
  /** Wholly handed over, not settled, and then the connection lost packets. */
  doubtful?: boolean;
  source?: TextSource;
  /** It travels as complete messages. */
  isSequence?: boolean;
  wasInterrupted?: boolean;
  /** It was taken back. */
  endedAs?: 'interrupted' | 'failed';
  /** It says an earlier message again. */
  isRepeat?: boolean;
}

const NOTHING_SENT = {
  parts: 0,
  bytes: 0,
  sentTextBytes: 0,
  totalTextBytes: 0,
  lastHandOverAt: undefined,
} as const;

const encoder = new TextEncoder();
const bytesOf = (text: string) => encoder.encode(text).byteLength;

export function createConversation(options: ConversationOptions): Conversation {
  const { store, outbox, clock, timeouts, newId, resendUncertain, line, refusal, prepare } = options;
  const open = new Set<Entry>();
  const unconfirmed = createUnconfirmed();
  let cutShort: CutShort[] = [];
  let partsHandedOver = 0;
  let isSuspended = true;
  let cancelWaitTimer: (() => void) | undefined;

  /** What was said before anybody knew to whom is meant as that service means it. */
  const modeOf = ({ mode }: OutgoingMessage) => mode ?? line.service.mode;

  /** `as`: how a stream is to travel; undefined for a text that is there already. */
  function makeParts(entry: Entry, as: SendOptions['as']): MessageParts {
    const { outgoing } = entry;
    const { id } = outgoing.message;
    const framesFor = (messageId: string) => line.dialogue.frames(messageId, modeOf(outgoing));
    const frames = framesFor(id);
    const isOneMessage =
      as === undefined ? frames.parts !== 'apart' : frames.parts === 'joined' && as === 'one-message';
    if (isOneMessage) return createMessageParts(id, frames);
    let isFirst = true;
    const nextId = () => {
      const next = isFirst ? id : newId();
      isFirst = false;
      return next;
    };
    entry.isSequence = true;
    return createMessageSequence(nextId, framesFor);
  }

  function enter(outgoing: OutgoingMessage, textBytes: number, as?: SendOptions['as']): Entry {
    let seenParts = 0;
    const countParts = (parts: number) => {
      partsHandedOver += parts - seenParts;
      seenParts = parts;
    };
    const item: OutgoingChat = {
      messageId: outgoing.message.id,
      parts: () => entry.text.begin(),
      prepare: () => prepare(modeOf(outgoing)),
      onProgress(progress) {
        countParts(progress.parts);
        entry.lastHandOverAt = clock.now();
        outgoing.progressed(progress);
        entry.source?.pull();
      },
      onFinished(outcome) {
        // What failed without an answer may have left all the same.
        countParts(Math.max(seenParts, outcome.parts));
        finish(entry, outcome);
      },
    };
    const text = createLateText(() => makeParts(entry, as));
    const entry: Entry = { outgoing, item, text, textBytes, lastHandOverAt: -Infinity };
    open.add(entry);
    if (isSuspended) outgoing.waitingSince = clock.now();
    return entry;
  }

  function queue({ item, textBytes }: Entry): void {
    outbox.enqueueChat(item, textBytes);
    watchWaiting();
  }

  function finish(entry: Entry, result: ChatOutcome): void {
    const { outgoing, endedAs } = entry;
    // What had wholly left before it was taken back was sent all the same.
    const outcome: ChatOutcome = !endedAs || result.status === 'sent' ? result : takenBack(result, endedAs);
    open.delete(entry);
    entry.source?.stop();
    const { status, lastHandOverAt, parts } = outcome;
    if (entry.wasInterrupted && status !== 'sent' && !entry.isSequence && parts > 0)
      cutShort.push({ messageId: outgoing.message.id, nextIndex: parts, mode: modeOf(outgoing) });
    if (
      status === 'failed' &&
      outcome.error?.code === 'delivery-uncertain' &&
      resendUncertain &&
      !entry.source &&
      // Once: what fails without a reconnect, as a call may, would fail for ever.
      !entry.isRepeat &&
      !endedAs
    ) {
      sayAgain(outgoing.message, outgoing.mode).then(outgoing.delivery.resolve, outgoing.delivery.reject);
      outgoing.became('uncertain');
      return;
    }
    const uncertain = status === 'sent' && entry.doubtful === true;
    outgoing.finished(outcome, uncertain);
    if (status !== 'sent' || lastHandOverAt === undefined) return;
    const { message, mode } = outgoing;
    const finished: Finished = { message, mode, lastHandOverAt, isOver: endedAs !== undefined };
    if (uncertain) reportUncertain(finished);
    else unconfirmed.add(finished);
  }

  function takenBack(result: ChatOutcome, status: NonNullable<Entry['endedAs']>): ChatOutcome {
    if (status === 'interrupted' || result.error) return { ...result, status };
    const { parts, unsentText } = result;
    const message = `It waited ${timeouts.queuedMs} ms (timeouts.queuedMs) for a connection.`;
    const code = parts > 0 ? 'delivery-uncertain' : 'not-connected';
    return { ...result, status, error: new AvatarError(code, message, { unsentText }) };
  }

  function reportUncertain({ message, mode, isOver }: Finished): void {
    store.events.emit('message-uncertain', { message });
    if (resendUncertain && !isOver) void sayAgain(message, mode);
  }

  /** The whole text under a new id, before everything that waits and has not begun. */
  function sayAgain({ kind = 'send', text }: Message, mode: AvatarMode | undefined): Promise<Delivery> {
    const waiting = [...open].filter(
      ({ isRepeat, lastHandOverAt, item }) =>
        !isRepeat && lastHandOverAt === -Infinity && outbox.withdraw(item),
    );
    const again = sayText(kind, text, mode);
    again.isRepeat = true;
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
    const entry = enter(outgoing, bytesOf(text));
    entry.text.append(text);
    entry.text.end();
    queue(entry);
    return entry;
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
    const entry = enter(outgoing, 0, as);
    queue(entry);
    entry.source = readTextSource(text, {
      clock,
      stalledMs: timeouts.sourceStalledMs,
      isFull: () => entry.text.remaining().length >= MAX_STREAM_CHARACTERS,
      onText(piece) {
        entry.text.append(piece);
        outgoing.grew(outgoing.message.text + piece, false);
        outbox.pump();
      },
      onRest() {
        entry.text.rest();
        outbox.pump();
      },
      onEnd(ending) {
        entry.text.end();
        const { text } = outgoing.message;
        outgoing.grew(text, true);
        if (ending.type === 'stalled') store.events.emit('source-stalled', { messageId: id });
        if (ending.type === 'failed') {
          store.events.emit('source-failed', { messageId: id, error: ending.error });
          outgoing.delivery.reject(ending.error);
        }
        if (text !== '') outbox.pump();
        else if (outbox.withdraw(entry.item))
          finish(entry, { ...NOTHING_SENT, status: 'sent', unsentText: '' });
      },
    });
    return entry;
  }

  function abort(entry: Entry, reason: unknown): void {
    entry.outgoing.delivery.reject(reason);
    drop(entry, 'interrupted');
  }

  /** Takes back what has not left of it. */
  function drop(entry: Entry, status: NonNullable<Entry['endedAs']>, error?: AvatarError): void {
    if (!open.has(entry)) return;
    entry.source?.stop();
    entry.endedAs = status;
    if (outbox.withdraw(entry.item)) {
      const unsentText = entry.outgoing.message.text;
      finish(entry, { ...NOTHING_SENT, status, unsentText, ...(error && { error }) });
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
          if (waitingSince !== undefined && clock.now() - waitingSince >= timeouts.queuedMs)
            drop(entry, 'failed');
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
      if (typeof text === 'string') {
        const waiting = outbox.queuedTextBytes + bytesOf(text);
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
    get isUnderWay() {
      return open.size > 0;
    },
    get partsHandedOver() {
      return partsHandedOver;
    },
    takeCutShort() {
      const taken = cutShort;
      cutShort = [];
      return taken;
    },
    joined() {
      for (const entry of [...open]) {
        const refused = refusal(modeOf(entry.outgoing));
        if (refused) drop(entry, 'failed', refused);
      }
    },
    interrupt() {
      unconfirmed.interrupt();
      for (const entry of [...open]) {
        entry.wasInterrupted = true;
        drop(entry, 'interrupted');
      }
    },
    heard: unconfirmed.heard,
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
      for (const finished of unconfirmed.takeSince(since)) {
        const { delivery } = finished.message;
        if (!delivery) continue;
        const message: Message = { ...finished.message, delivery: { ...delivery, state: 'uncertain' } };
        store.update(message);
        reportUncertain({ ...finished, message });
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
