/** One message of any length, cut into packets one at a time, each filled as far as whole words allow. */

import { chatFrames } from '../protocol/encode';
import type { TextFrames } from '../service';
import { createEscapedText } from './escaped-text';
import type { MessageParts, Part } from './outgoing';
import { noRoomForCharacter, textTooLarge } from './send-errors';
import { settledEnd, wordCut } from './word-cut';

/**
 * Text given to `append` is made well-formed, escaped and encoded once; the parts are cut from those bytes. While the
 * message is open, `next` gives what is there, but keeps back a last word that more text could still change. With
 * frames that are `whole` there is one part, once the message has ended. Frames whose parts stand `apart` need more
 * ids than one: see `createMessageSequence`.
 */
export function createMessageParts(
  messageId: string,
  frames: TextFrames = chatFrames(messageId),
): MessageParts {
  const text = createEscapedText();
  let cut = 0;
  let index = 0;
  let done = false;

  /** Where the next part ends; undefined when an open message has nothing to give. */
  function nextEnd(maxPacketBytes: number): Pick<Part, 'endTextByte' | 'final' | 'mayGrow'> | undefined {
    const { bytes, ended } = text;
    const waiting = bytes.length - cut;
    const finalRoom = maxPacketBytes - frames.overhead(index, true);
    if (ended && waiting <= finalRoom) return { endTextByte: bytes.length, final: true, mayGrow: false };
    if (frames.parts === 'whole') {
      if (waiting <= finalRoom) return undefined;
      throw textTooLarge(waiting + frames.overhead(index, true), maxPacketBytes);
    }

    const room = maxPacketBytes - frames.overhead(index, false);
    if (!ended && waiting <= Math.max(room, 0)) {
      const stop = settledEnd(bytes, cut);
      return stop > cut ? { endTextByte: stop, final: false, mayGrow: true } : undefined;
    }
    const following = maxPacketBytes - frames.overhead(index + 1, false);
    const stop =
      room <= 0
        ? cut
        : wordCut(bytes, {
            from: cut,
            limit: cut + room,
            room: following,
            finalRoom: ended ? following + 1 : following,
          });
    if (stop === cut) throw noRoomForCharacter(maxPacketBytes, messageId, index);
    return { endTextByte: stop, final: false, mayGrow: false };
  }

  return {
    next(maxPacketBytes) {
      if (done) return undefined;
      const found = nextEnd(maxPacketBytes);
      if (!found) return undefined;
      const { endTextByte, final, mayGrow } = found;
      const packet = frames.frame(index, final, text.bytes.subarray(cut, endTextByte));
      // Written out: a spread costs more than the rest of the cut.
      const part: Part = { index, final, packet, startTextByte: cut, endTextByte, mayGrow };
      cut = endTextByte;
      index += 1;
      done = final;
      return part;
    },
    get done() {
      return done;
    },
    get totalTextBytes() {
      return text.bytes.length;
    },
    rewindTo(part) {
      cut = part.startTextByte;
      index = part.index;
      done = false;
    },
    remainingText: () => text.textFrom(cut),
    append: text.append,
    end: text.end,
  };
}
