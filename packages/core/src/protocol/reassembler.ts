/**
 * Parts of incoming messages put together, whatever their order. Each part costs the same on average, however long
 * its message; what is kept is bounded in number, bytes and age, and what is given up is reported.
 *
 * - A message is known by its sender, its speaker and its `mid`.
 * - Its text so far, up to the first gap, is readable at once. It is complete when the part with the highest index
 *   says that it is final and all before it are there.
 * - The same part again changes nothing. Another text under the same index is a revision and takes its place, also in
 *   one of the last {@link REMEMBERED_MESSAGES} finished messages; if the revision is final and the part was not, the
 *   message ends there.
 * - Text is well-formed at every moment: half a character waits for its other half.
 */

import type { Clock } from '../clock';
import type { ChatPart } from './messages';
import { createPieceJoiner, type PieceJoiner } from './well-formed';

export interface ReassemblerOptions {
  readonly clock: Clock;
  /** Called during `accept`, or from the clock when a message grows too old. It may call any method. */
  readonly onUpdate: (update: ReassemblyUpdate) => void;
  /** Unfinished messages; above it the one that was silent for the longest time is dropped. @default 32 */
  readonly maxOpenMessages?: number;
  /** Memory of one message: two bytes a UTF-16 unit and {@link PART_BYTES} a part. @default 1048576 */
  readonly maxMessageBytes?: number;
  /** How long an unfinished message waits for its next part, in milliseconds. @default 60000 */
  readonly maxOpenMs?: number;
}

interface UpdatedMessage {
  /** The same object for each update of one message, for as long as it is remembered here. */
  readonly key: object;
  readonly from: string;
  readonly speaker: ChatPart['speaker'];
  readonly messageId: string;
  /** All text from the beginning to the first gap. */
  readonly text: string;
  readonly complete: boolean;
}

export type ReassemblyUpdate = UpdatedMessage &
  (
    | {
        /**
         * `partial`: the text grew. `complete`: nothing is missing. `duplicate`: the part was here already and nothing
         * changed. `revised`: a part was replaced.
         */
        readonly type: 'partial' | 'complete' | 'duplicate' | 'revised';
      }
    | {
        /** The message is given up. Reported once; what still comes of it is ignored. */
        readonly type: 'dropped';
        readonly problem: string;
      }
  );

export interface Reassembler {
  accept(part: ChatPart, from: string): void;
  /** Forgets everything, and leaves no timer. */
  clear(): void;
  /** As `clear`; later parts are ignored. */
  close(): void;
}

/** How many messages are remembered after their end. */
export const REMEMBERED_MESSAGES = 256;
/** What a part costs beside its text. */
export const PART_BYTES = 96;

/** Finished messages together; above it the oldest keep their id, but not their text. */
const MAX_REMEMBERED_BYTES = 4 * 1_024 * 1_024;
/** Parts put together again because of revisions, for one message: bounds the work that a sender can cause. */
const MAX_REJOINED_PARTS = 4_000_000;
const REVISED_TOO_OFTEN = 'The message was revised too often.';

interface Held {
  /** Unique among all messages of all senders. */
  readonly key: string;
  readonly message: Pick<UpdatedMessage, 'from' | 'speaker' | 'messageId'>;
  readonly parts: Map<number, Pick<ChatPart, 'text' | 'final'>>;
  joiner: PieceJoiner;
  text: string;
  /** The first index that `text` does not hold. */
  next: number;
  highest: number;
  bytes: number;
  rejoined: number;
  complete: boolean;
  /** Complete, and its last half character was replaced. */
  endsInHalf: boolean;
  /** Given up, or too old to keep its text: its parts are ignored. */
  sealed: boolean;
  lastPartAt: number;
}

export function createReassembler(options: ReassemblerOptions): Reassembler {
  const {
    clock,
    onUpdate,
    maxOpenMessages = 32,
    maxMessageBytes = 1_024 * 1_024,
    maxOpenMs = 60_000,
  } = options;
  /** Both in the order of their last part. */
  const open = new Map<string, Held>();
  const finished = new Map<string, Held>();
  let finishedBytes = 0;
  let cancelTimer: (() => void) | undefined;
  let closed = false;

  function accept(part: ChatPart, from: string): void {
    if (closed) return;
    const key = `${part.speaker}:${from.length}:${from}${part.messageId}`;
    if (finished.get(key)?.sealed) return;
    const held = take(key) ?? begin(key, part, from);
    const before = held.parts.get(part.index);
    if (before && before.text === part.text && before.final === part.final) return settle(held, 'duplicate');

    held.bytes += 2 * (part.text.length - (before?.text.length ?? 0)) + (before ? 0 : PART_BYTES);
    if (held.bytes > maxMessageBytes || part.index >= maxMessageBytes / PART_BYTES) {
      return giveUp(held, `The message needs more than ${maxMessageBytes} bytes.`);
    }
    held.parts.set(part.index, { text: part.text, final: part.final });
    held.highest = Math.max(held.highest, part.index);
    if (before) revise(held, part, !before.final);
    else grow(held);
  }

  /** A new part: the text grows by it and by what had waited behind it. */
  function grow(held: Held): void {
    // A finished message goes on, and the half character at its end may get its other half.
    if (held.endsInHalf && !rejoin(held)) return giveUp(held, REVISED_TOO_OFTEN);
    const { next } = held;
    join(held);
    if (held.next > next) settle(held, held.complete ? 'complete' : 'partial');
    else settle(held, undefined);
  }

  function revise(held: Held, part: ChatPart, wasOpen: boolean): void {
    if (part.final && wasOpen) cutBehind(held, part.index);
    if (!rejoin(held)) return giveUp(held, REVISED_TOO_OFTEN);
    join(held);
    settle(held, 'revised');
  }

  /** Puts the message back where it belongs, then tells. Undefined: nothing to see changed. */
  function settle(held: Held, type: 'partial' | 'complete' | 'duplicate' | 'revised' | undefined): void {
    if (held.complete) remember(held);
    else keepOpen(held);
    if (type) tell({ ...held.message, key: held, type, text: held.text, complete: held.complete });
  }

  function keepOpen(held: Held): void {
    held.lastPartAt = clock.now();
    open.set(held.key, held);
    watch();
    const [oldest] = open.values();
    if (oldest && open.size > maxOpenMessages) {
      take(oldest.key);
      giveUp(oldest, `More than ${maxOpenMessages} messages are unfinished.`);
    }
  }

  /** `held` stands in neither map now. */
  function giveUp(held: Held, problem: string): void {
    const { text } = held;
    seal(held);
    remember(held);
    tell({ ...held.message, key: held, type: 'dropped', text, complete: false, problem });
  }

  function remember(held: Held): void {
    finished.set(held.key, held);
    finishedBytes += held.bytes;
    for (const [key, oldest] of finished) {
      if (finished.size <= REMEMBERED_MESSAGES) break;
      finished.delete(key);
      finishedBytes -= oldest.bytes;
    }
    for (const oldest of finished.values()) {
      if (finishedBytes <= MAX_REMEMBERED_BYTES) break;
      finishedBytes -= oldest.bytes;
      seal(oldest);
    }
    if (open.size === 0) unwatch();
  }

  /** Nothing is told once a listener has closed us. */
  function tell(update: ReassemblyUpdate): void {
    if (!closed) onUpdate(update);
  }

  function take(key: string): Held | undefined {
    const held = open.get(key) ?? finished.get(key);
    if (finished.delete(key)) finishedBytes -= held?.bytes ?? 0;
    open.delete(key);
    return held;
  }

  /** One timer for all, for the message that was silent for the longest time. */
  function watch(): void {
    const [oldest] = open.values();
    if (cancelTimer || !oldest) return;
    cancelTimer = clock.schedule(dropOld, Math.max(0, oldest.lastPartAt + maxOpenMs - clock.now()));
  }

  function unwatch(): void {
    cancelTimer?.();
    cancelTimer = undefined;
  }

  function dropOld(): void {
    cancelTimer = undefined;
    for (const held of [...open.values()]) {
      if (held.lastPartAt + maxOpenMs > clock.now()) break;
      // A listener may have cleared everything meanwhile.
      if (open.get(held.key) !== held) continue;
      open.delete(held.key);
      giveUp(held, `No part came for ${maxOpenMs} ms.`);
    }
    watch();
  }

  function clear(): void {
    unwatch();
    open.clear();
    finished.clear();
    finishedBytes = 0;
  }

  return {
    accept,
    clear,
    close() {
      closed = true;
      clear();
    },
  };
}

function begin(key: string, { speaker, messageId }: ChatPart, from: string): Held {
  return {
    key,
    message: { from, speaker, messageId },
    parts: new Map(),
    joiner: createPieceJoiner(),
    text: '',
    next: 0,
    highest: -1,
    bytes: 0,
    rejoined: 0,
    complete: false,
    endsInHalf: false,
    sealed: false,
    lastPartAt: 0,
  };
}

/** Takes into the text what is contiguous. Appending to a string does not copy it. */
function join(held: Held): void {
  for (let part = held.parts.get(held.next); part; part = held.parts.get(held.next)) {
    held.text += held.joiner.push(part.text);
    held.next += 1;
  }
  held.complete = held.next > held.highest && held.parts.get(held.highest)?.final === true;
  held.endsInHalf = held.complete && held.joiner.held !== '';
  if (held.complete) held.text += held.joiner.end();
}

/** Starts the text again from the first part; false when that was done too often. */
function rejoin(held: Held): boolean {
  held.joiner = createPieceJoiner();
  held.text = '';
  held.next = 0;
  held.rejoined += held.parts.size;
  return held.rejoined <= MAX_REJOINED_PARTS;
}

function cutBehind(held: Held, index: number): void {
  for (const [later, { text }] of held.parts) {
    if (later <= index) continue;
    held.parts.delete(later);
    held.bytes -= 2 * text.length + PART_BYTES;
  }
  held.highest = index;
}

function seal(held: Held): void {
  held.sealed = true;
  held.parts.clear();
  held.text = '';
  held.bytes = 0;
}
