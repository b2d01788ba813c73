/**
 * Text as a place in the chat lane that holds several messages: a stream, or a text for a service whose packets stand
 * apart. The outbox pulls: whenever there is budget it asks for the next one, and what can be spoken by then becomes
 * one more complete message of one packet. So the first sentence leaves at once, and while the queue is behind, packets
 * are full.
 */

import { createEscapedText, unescapeText } from '../delivery/escaped-text';
import type { MessageParts } from '../delivery/outgoing';
import { noRoomForCharacter } from '../delivery/send-errors';
import { messageEnd } from '../delivery/text-flow';
import { chatFrames } from '../protocol/encode';
import type { TextFrames } from '../service';

/**
 * A run of complete messages, each of one packet and under an id of its own, that the outbox takes for one. Joined, they
 * are the text. Where packets stand apart, one of nothing but white space is left out: there is nothing to say.
 */
export function createMessageSequence(
  newId: () => string,
  framesFor: (messageId: string) => TextFrames = chatFrames,
): MessageParts {
  const text = createEscapedText();
  let cut = 0;
  let resting = false;
  /** The next message, as far as it is known before its text. Cut again, it keeps its id. */
  let upcoming: { readonly id: string; readonly frames: TextFrames } | undefined;

  function begin(id = newId()) {
    upcoming = { id, frames: framesFor(id) };
    return upcoming;
  }

  return {
    next(maxPacketBytes) {
      while (cut < text.bytes.length) {
        const { id, frames } = upcoming ?? begin();
        const room = maxPacketBytes - frames.overhead(0, true);
        const apart = frames.parts !== 'joined';
        const { bytes, ended } = text;
        const end = room > 0 ? messageEnd({ bytes, from: cut, ended, resting, room, apart }) : cut;
        if (end === undefined) return undefined;
        if (end === cut) throw noRoomForCharacter(maxPacketBytes, id, 0);

        const startTextByte = cut;
        const said = bytes.subarray(startTextByte, end);
        const mayGrow = !ended && bytes.length - startTextByte <= room;
        cut = end;
        if (apart && isBlank(said)) continue;
        upcoming = undefined;
        const packet = frames.frame(0, true, said);
        return { messageId: id, index: 0, final: true, packet, startTextByte, endTextByte: end, mayGrow };
      }
      return undefined;
    },
    get done() {
      return text.ended && cut === text.bytes.length;
    },
    get totalTextBytes() {
      return text.bytes.length;
    },
    rewindTo({ messageId, startTextByte }) {
      cut = startTextByte;
      begin(messageId);
    },
    remainingText: () => text.textFrom(cut),
    append(piece) {
      resting = false;
      text.append(piece);
    },
    rest() {
      resting = true;
    },
    end: text.end,
  };
}

function isBlank(escaped: Uint8Array): boolean {
  return unescapeText(escaped).trim() === '';
}
