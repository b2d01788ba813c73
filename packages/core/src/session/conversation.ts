/** What the application says: into the lane, along the transcript, and what became of it. */

import { createMessageParts } from '../delivery/chunker';
import type { ChatOutcome, MessageParts, OutgoingChat } from '../delivery/outgoing';
import type { AvatarError } from '../errors';
import type { AvatarMode } from '../protocol/messages';
import type { Conversation, ConversationOptions, CutShort } from './conversation-types';
import { rejected } from './deferred';
import { createLateText, type LateText } from './late-text';
import { createOutgoingMessage, type OutgoingMessage } from './outgoing-message';
import { createPatience } from './patience';
import type { Delivery, Message, SendOptions } from './session-types';
import { queueFull, waitedTooLong } from './text-errors';
import { discardTextSource, readTextSource, type TextSource } from './text-source';
import { createMessageSequence } from './text-stream';
import { createUnconfirmed, type Finished } from './unconfirmed';

export type { Conversation } from './conversation-types';

/** A stream is read on while less than this waits of it. */
const MAX_STREAM_CHARACTERS = 4_096;

interface Entry {
  readonly outgoing: OutgoingMessage;
  readonly options: SendOptions;
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
  let isClosed = false;
  let interrupts = 0;
  const patience = createPatience({
    clock,
    longestMs: timeouts.queuedMs,
    all: open,
    waitingSince: ({ outgoing }) => outgoing.waitingSince,
    onOverdue: (entry) => drop(entry, 'failed'),
  });

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

  function enter(outgoing: OutgoingMessage, textBytes: number, options: SendOptions): Entry {
    const { signal, as } = options;
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
        if (!open.has(entry)) return;
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
    const entry: Entry = { outgoing, options, item, text, textBytes, lastHandOverAt: -Infinity };
    open.add(entry);
    if (isSuspended) outgoing.waitingSince = clock.now();
    if (signal) abortWith(signal, entry);
    return entry;
  }

  /** Into the lane and the transcript, in the same order; it leaves when all who look have seen it. */
  function take(entry: Entry, behind: readonly Entry[] = []): void {
    const release = outbox.holdChat();
    for (const { item, textBytes } of [entry, ...behind]) outbox.enqueueChat(item, textBytes);
    if (isSuspended) patience.watch();
    store.add(entry.outgoing.message);
    release();
  }

  function finish(entry: Entry, result: ChatOutcome): void {
    const { outgoing, endedAs } = entry;
    // What had wholly left before it was taken back was sent all the same.
    const outcome: ChatOutcome = !endedAs || result.status === 'sent' ? result : takenBack(result, endedAs);
    open.delete(entry);
    entry.source?.stop();
    const { status, lastHandOverAt, parts } = outcome;
    if (entry.wasInterrupted && status !== 'sent' && !entry.isSequence && parts > 0 && !entry.text.done)
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
      const { message, mode, delivery } = outgoing;
      sayAgain(message, mode, entry.options).then(
        (again) => delivery.resolve(again.status === 'sent' ? again : { ...again, uncertain: true }),
        // That it could not be said again leaves it as uncertain as it was.
        () => delivery.reject(outcome.error),
      );
      outgoing.became('uncertain');
      return;
    }
    const uncertain = status === 'sent' && entry.doubtful === true;
    const isOver = interruptedBy(() => outgoing.finished(outcome, uncertain)) || endedAs !== undefined;
    if (status !== 'sent' || lastHandOverAt === undefined) return;
    const { message, mode } = outgoing;
    const finished: Finished = { message, mode, options: entry.options, lastHandOverAt, isOver };
    if (uncertain) reportUncertain(finished);
    else unconfirmed.add(finished);
  }

  /** Whether a listener to what `tell` tells interrupts. */
  function interruptedBy(tell: () => void): boolean {
    const before = interrupts;
    tell();
    return interrupts !== before;
  }

  function takenBack(result: ChatOutcome, status: NonNullable<Entry['endedAs']>): ChatOutcome {
    if (status === 'interrupted' || result.error) return { ...result, status };
    return { ...result, status, error: waitedTooLong(timeouts.queuedMs, result.parts, result.unsentText) };
  }

  function reportUncertain({ message, mode, options, isOver }: Finished): void {
    const isAnswered = interruptedBy(() => store.events.emit('message-uncertain', { message }));
    const isWanted = !isOver && !isAnswered && !isClosed && !options.signal?.aborted;
    if (resendUncertain && isWanted) void sayAgain(message, mode, options);
  }

  /** The whole text under a new id, before everything that waits and has not begun. */
  function sayAgain(
    { kind = 'send', text }: Message,
    mode: AvatarMode | undefined,
    options: SendOptions,
  ): Promise<Delivery> {
    const waiting = [...open].filter(
      ({ isRepeat, lastHandOverAt, item }) =>
        !isRepeat && lastHandOverAt === -Infinity && outbox.withdraw(item),
    );
    return sayText(kind, text, mode, options, waiting).outgoing.delivery.promise;
  }

  /** @param before said again, before these */
  function sayText(
    kind: NonNullable<Message['kind']>,
    text: string,
    mode: AvatarMode | undefined,
    options: SendOptions,
    before?: readonly Entry[],
  ): Entry {
    const outgoing = createOutgoingMessage(
      { id: newId(), kind, text, complete: true, mode },
      clock,
      store.update,
    );
    const entry = enter(outgoing, bytesOf(text), options);
    entry.text.append(text);
    entry.text.end();
    entry.isRepeat = before !== undefined;
    take(entry, before);
    return entry;
  }

  function sayStream(
    kind: NonNullable<Message['kind']>,
    text: AsyncIterable<string> | ReadableStream<string>,
    mode: AvatarMode | undefined,
    options: SendOptions,
  ): Entry {
    const id = newId();
    const outgoing = createOutgoingMessage(
      { id, kind, text: '', complete: false, mode },
      clock,
      store.update,
    );
    const entry = enter(outgoing, 0, options);
    take(entry);
    if (!open.has(entry)) {
      void discardTextSource(text);
      return entry;
    }
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
        // Who hears of the end may speak, and what has no text must not leave then.
        const release = outbox.holdChat();
        entry.text.end();
        const { text } = outgoing.message;
        outgoing.grew(text, true);
        if (ending.type === 'stalled') store.events.emit('source-stalled', { messageId: id });
        if (ending.type === 'failed') {
          store.events.emit('source-failed', { messageId: id, error: ending.error });
          outgoing.delivery.reject(ending.error);
        }
        if (text === '' && outbox.withdraw(entry.item))
          finish(entry, { ...NOTHING_SENT, status: 'sent', unsentText: '' });
        release();
      },
    });
    return entry;
  }

  function abortWith(signal: AbortSignal, entry: Entry): void {
    const { promise, reject } = entry.outgoing.delivery;
    const onAbort = () => {
      reject(signal.reason);
      drop(entry, 'interrupted');
    };
    const forget = () => signal.removeEventListener('abort', onAbort);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(forget, forget);
  }

  /** Takes back what has not left of it. */
  function drop(entry: Entry, status: NonNullable<Entry['endedAs']>, error?: AvatarError): void {
    if (!open.has(entry)) return;
    entry.source?.stop();
    entry.endedAs = status;
    entry.outgoing.waitingSince = undefined;
    if (outbox.withdraw(entry.item)) {
      const unsentText = entry.outgoing.message.text;
      finish(entry, { ...NOTHING_SENT, status, unsentText, ...(error && { error }) });
    }
  }

  return {
    say(kind, text, mode, { as = 'messages', ...options }) {
      if (typeof text === 'string') {
        const waiting = outbox.queuedTextBytes + bytesOf(text);
        if (waiting > timeouts.maxQueuedBytes) return rejected(queueFull(waiting, timeouts.maxQueuedBytes));
      }
      const { outgoing } =
        typeof text === 'string'
          ? sayText(kind, text, mode, options)
          : sayStream(kind, text, mode, { ...options, as });
      return outgoing.delivery.promise;
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
    interrupt(send) {
      interrupts += 1;
      unconfirmed.interrupt();
      const older = [...open];
      for (const entry of older) entry.wasInterrupted = true;
      // What stands behind one that is taken back must not leave before its turn comes.
      const release = outbox.holdChat();
      const sent = send();
      for (const entry of older) drop(entry, 'interrupted');
      release();
      return sent;
    },
    heard: unconfirmed.arrived,
    suspended() {
      isSuspended = true;
      const now = clock.now();
      for (const { outgoing } of open) outgoing.waitingSince ??= now;
      patience.watch();
    },
    resumed() {
      isSuspended = false;
      patience.stop();
      for (const { outgoing } of open) outgoing.waitingSince = undefined;
    },
    lost(since) {
      for (const entry of open) if (entry.lastHandOverAt > since) entry.doubtful = true;
      for (const finished of unconfirmed.takeSince(since)) {
        const { delivery } = finished.message;
        if (!delivery) continue;
        const message: Message = { ...finished.message, delivery: { ...delivery, state: 'uncertain' } };
        const isOver = interruptedBy(() => store.update(message)) || finished.isOver;
        reportUncertain({ ...finished, message, isOver });
      }
    },
    close() {
      isClosed = true;
      patience.stop();
      for (const { source } of open) source?.stop();
    },
  };
}
