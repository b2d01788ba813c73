import type { Incoming } from '@avatarwire/core';

export type ChatPart = Extract<Incoming, { kind: 'chat-part' }>;

/** One message after another, in pieces that come in order and carry no number. */
export interface Pieces {
  /** Whether the next piece goes on with a message. */
  readonly isOpen: boolean;
  next(text: string, final: boolean): ChatPart;
}

/** The ids are ours: a service may give one twice, or none. */
export function createPieces(speaker: ChatPart['speaker'], newId: () => string): Pieces {
  let messageId = '';
  let index = 0;
  return {
    get isOpen() {
      return index > 0;
    },
    next(text, final) {
      if (index === 0) messageId = newId();
      const part: ChatPart = { kind: 'chat-part', messageId, index, final, speaker, text };
      index = final ? 0 : index + 1;
      return part;
    },
  };
}
