import type { Message } from '@avatarwire/core';
import type { MessageDetail } from './stream-events';

export interface MessageDetails {
  /** What is new about `message`; undefined when nothing is, and for what the page itself sent. */
  next(message: Message): MessageDetail | undefined;
}

/** More than can be open at once; older messages no longer grow. */
const REMEMBERED = 1_024;

interface Told {
  readonly msg_id: string;
  readonly text: string;
  readonly complete: boolean;
}

/**
 * Turns a message that grows into pieces which, joined, are its text. One that is corrected, as transcripts are, is told
 * anew under another `msg_id`: what was told cannot be taken back.
 */
export function createMessageDetails(): MessageDetails {
  const told = new Map<string, Told>();
  let corrections = 0;

  return {
    next(message) {
      const { id, author, text, complete } = message;
      if (author === 'application') return undefined;
      const fresh: Told = { msg_id: `chat_${id}`, text: '', complete: false };
      let before = told.get(id) ?? fresh;
      if (text === before.text && complete === before.complete) return undefined;
      if (!text.startsWith(before.text)) {
        corrections += 1;
        before = { ...fresh, msg_id: `${fresh.msg_id}_${corrections}` };
      }
      const { msg_id } = before;
      told.delete(id);
      told.set(id, { msg_id, text, complete });
      if (told.size > REMEMBERED) told.delete(told.keys().next().value ?? id);
      return {
        msg_id,
        text: text.slice(before.text.length),
        from: author === 'avatar' ? 'bot' : 'user',
        message,
      };
    },
  };
}
