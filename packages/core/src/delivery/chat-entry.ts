/** A member of the chat lane and what has become of it so far. */

import type { AvatarError } from '../errors';
import type { ChatOutcome, ChatProgress, MessageParts, OutgoingChat, Part } from './outgoing';
import type { Place } from './queue';

export interface ChatEntry {
  readonly item: OutgoingChat;
  /** Its place in the order of enqueueing, for good. */
  readonly order: number;
  /** Bytes of its text, as announced. */
  readonly textBytes: number;
  /** Its place in the lane, until it is wholly handed over or finished. */
  place: Place<ChatEntry> | undefined;
  preparation: 'none' | 'under-way' | 'done';
  parts: MessageParts | undefined;
  /** The next part, cut and not handed over for want of budget. */
  cut: { readonly part: Part; readonly limit: number } | undefined;
  /** Handed over, and not known to be refused. */
  handed: Tally;
  /** What the transport is known to have taken. */
  taken: Tally;
  /** Taken back after all of it was handed over: what is refused of it is not handed over again. */
  withdrawn: boolean;
  /** Handed over and not settled, in packets. */
  unsettled: number;
  /** A part of it was refused, and what that means is not decided yet. */
  refused: boolean;
  /** Taken parts of it may be lost, so it cannot go on after a refusal. */
  lossy: boolean;
  /** The part that was put off because the service was busy, and how often. */
  busy: { readonly part: Part; readonly times: number } | undefined;
  /** A fresh connection was asked for on its behalf: once is all it gets. */
  renewed: boolean;
  finished: boolean;
}

/** Parts, and where the last of them stands. */
export interface Tally {
  readonly parts: number;
  readonly bytes: number;
  readonly textBytes: number;
  readonly lastAt: number | undefined;
}

const NOTHING: Tally = Object.freeze({ parts: 0, bytes: 0, textBytes: 0, lastAt: undefined });

export function createEntry(item: OutgoingChat, order: number, textBytes: number): ChatEntry {
  return {
    item,
    order,
    textBytes,
    place: undefined,
    preparation: 'none',
    parts: undefined,
    cut: undefined,
    handed: NOTHING,
    taken: NOTHING,
    withdrawn: false,
    unsettled: 0,
    refused: false,
    lossy: false,
    busy: undefined,
    renewed: false,
    finished: false,
  };
}

export function tallied(tally: Tally, part: Part, at: number): Tally {
  return {
    parts: tally.parts + 1,
    bytes: tally.bytes + part.packet.byteLength,
    textBytes: tally.textBytes + part.endTextByte - part.startTextByte,
    lastAt: Math.max(at, tally.lastAt ?? at),
  };
}

/**
 * The next part, as large as `limit` allows. One that was cut and had to wait is cut again when the limit changed, and
 * when more text may have come.
 */
export function cutNext(chat: ChatEntry, parts: MessageParts, limit: number): Part | undefined {
  if (chat.cut) {
    const { part } = chat.cut;
    if (chat.cut.limit === limit && !part.mayGrow) return part;
    uncut(chat);
  }
  const part = parts.next(limit);
  chat.cut = part && { part, limit };
  return part;
}

/** Undoes a cut that was not handed over. */
export function uncut(chat: ChatEntry): void {
  if (chat.cut) chat.parts?.rewindTo(chat.cut.part);
  chat.cut = undefined;
}

export function progressOf(chat: ChatEntry, { parts, bytes, textBytes }: Tally): ChatProgress {
  return { parts, bytes, sentTextBytes: textBytes, totalTextBytes: totalTextBytesOf(chat) };
}

/** What was never handed over, once the parts stand at the right place. Of text that cannot be cut, nothing is known. */
export function unsentText(chat: ChatEntry): string {
  try {
    chat.parts ??= chat.item.parts?.();
    return chat.parts?.remainingText() ?? '';
  } catch {
    return '';
  }
}

export function outcomeOf(
  chat: ChatEntry,
  status: ChatOutcome['status'],
  handed: Tally,
  unsent: string,
  error: AvatarError | undefined,
): ChatOutcome {
  const { parts, bytes, textBytes: sentTextBytes, lastAt: lastHandOverAt } = handed;
  const totalTextBytes = totalTextBytesOf(chat);
  const outcome = { status, parts, bytes, sentTextBytes, totalTextBytes, unsentText: unsent, lastHandOverAt };
  return error ? { ...outcome, error } : outcome;
}

function totalTextBytesOf({ parts, textBytes }: ChatEntry): number {
  return parts?.totalTextBytes ?? textBytes;
}
