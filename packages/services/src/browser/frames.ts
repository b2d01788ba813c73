import type { TextFrames } from '@avatarwire/core';

const encoder = new TextEncoder();

/** `head` and `tail` around a text that is escaped for JSON already. */
export function framesAround(parts: TextFrames['parts'], head: string, tail: string): TextFrames {
  const before = encoder.encode(head);
  const after = encoder.encode(tail);
  const overhead = before.length + after.length;
  return {
    parts,
    overhead: () => overhead,
    frame(_index, _final, text) {
      const packet = new Uint8Array(overhead + text.length);
      packet.set(before);
      packet.set(text, before.length);
      packet.set(after, before.length + text.length);
      return packet;
    },
  };
}

/** For a service that takes words and nothing else: what it can do keeps everybody from calling it. */
export function noCommand(): never {
  throw new Error('This service takes no commands.');
}
