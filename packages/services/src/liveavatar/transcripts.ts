/**
 * What is said, from transcripts in chunks and a last one that is whole.
 *
 * - Documented nowhere is whether a chunk is a piece or the text so far. One that begins with the text so far, or with
 *   half of it (and four characters), is the text so far, grown or corrected; any other is a piece. The whole text
 *   replaces either.
 * - A message is known by its speaker and the order of arrival. `event_id` is another one for each event, and
 *   `source_event_id` was seen to stay the same over several answers. So a message is over when it came whole; when a
 *   chunk follows the end of the avatar's speech, as after an interrupt; and when `source_event_id` changes.
 */

import type { ChatPart } from '../browser/pieces';

/** Of a text in chunks, in UTF-16 units; longer ones grow no more until they come whole. */
const LONGEST_TEXT = 65_536;
const FEWEST_COMMON = 4;

interface Open {
  readonly messageId: string;
  readonly source: unknown;
  readonly text: string;
  /** The avatar has stopped speaking; all that can still come of it is the whole. */
  readonly spoken: boolean;
}

export interface Transcripts {
  chunk(speaker: ChatPart['speaker'], text: string, source: unknown): readonly ChatPart[];
  whole(speaker: ChatPart['speaker'], text: string, source: unknown): readonly ChatPart[];
  /** The avatar's, by itself or by an interrupt. */
  speechEnded(): void;
}

export function createTranscripts(newId: () => string): Transcripts {
  const open = new Map<ChatPart['speaker'], Open>();

  /** Ends the open message where what comes now belongs to another. */
  function endOther(speaker: ChatPart['speaker'], isOther: (before: Open) => unknown): readonly ChatPart[] {
    const before = open.get(speaker);
    if (!before || !isOther(before)) return [];
    open.delete(speaker);
    return [partOf(speaker, before, true)];
  }

  return {
    chunk(speaker, piece, source) {
      const ended = endOther(speaker, (before) => before.spoken || differs(before.source, source));
      const { messageId, text } = open.get(speaker) ?? { messageId: newId(), text: '' };
      const longer = grown(text, piece);
      const now = { messageId, source, text: longer.length > LONGEST_TEXT ? text : longer, spoken: false };
      open.set(speaker, now);
      return [...ended, partOf(speaker, now, false)];
    },
    whole(speaker, text, source) {
      const ended = endOther(speaker, (before) => differs(before.source, source));
      const before = open.get(speaker);
      open.delete(speaker);
      if (!before && text === '') return ended;
      return [
        ...ended,
        partOf(speaker, { messageId: before?.messageId ?? newId(), text: text || before?.text || '' }, true),
      ];
    },
    speechEnded() {
      const before = open.get('avatar');
      if (before) open.set('avatar', { ...before, spoken: true });
    },
  };
}

/** A message is one part, revised until it is final. */
function partOf(
  speaker: ChatPart['speaker'],
  { messageId, text }: Pick<Open, 'messageId' | 'text'>,
  final: boolean,
): ChatPart {
  return { kind: 'chat-part', messageId, index: 0, final, speaker, text };
}

/** Where both are given. */
function differs(before: unknown, now: unknown): boolean {
  return typeof before === 'string' && typeof now === 'string' && before !== now;
}

function grown(text: string, chunk: string): string {
  let common = 0;
  while (common < text.length && text[common] === chunk[common]) common += 1;
  const isWhole = common === text.length || (common >= FEWEST_COMMON && 2 * common >= text.length);
  return isWhole ? chunk : text + chunk;
}
