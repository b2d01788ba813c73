/** One message of any length, cut into packets one at a time, each filled as far as a safe cut allows. */

import { AvatarError } from '../errors';
import { chatFrames, escapeText } from '../protocol/encode';
import { createPieceJoiner } from '../protocol/well-formed';
import type { TextFrames } from '../service';
import type { MessageParts, Part } from './outgoing';
import { safeCut, settledEnd } from './safe-cut';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Text given to `append` is made well-formed, escaped and encoded once; the parts are cut from those bytes. While the
 * message is open, `next` gives what is there, but keeps back a last character that more text could still change.
 */
export function createMessageParts(
  messageId: string,
  frames: TextFrames = chatFrames(messageId),
): MessageParts {
  const joiner = createPieceJoiner();
  let bytes = new Uint8Array(0);
  /** Bytes known; `bytes` may be longer. */
  let end = 0;
  /** Bytes cut. */
  let cut = 0;
  let index = 0;
  let ended = false;
  let done = false;

  function add(text: string): void {
    if (text === '') return;
    const more = escapeText(text);
    if (end + more.length > bytes.length) {
      // Doubling keeps many small pieces cheap; the first piece is often the only one and is taken as it is.
      const grown = end === 0 ? more : new Uint8Array(Math.max(2 * bytes.length, end + more.length));
      if (end > 0) grown.set(bytes.subarray(0, end));
      bytes = grown;
    }
    if (bytes !== more) bytes.set(more, end);
    end += more.length;
  }

  /** Where the next part ends and whether it is the last; undefined when an open message has nothing to give. */
  function nextEnd(maxPacketBytes: number): { stop: number; final: boolean } | undefined {
    const finalRoom = maxPacketBytes - frames.overhead(index, true);
    if (ended && end - cut <= finalRoom) return { stop: end, final: true };

    const room = maxPacketBytes - frames.overhead(index, false);
    if (!ended && end - cut <= Math.max(room, 0)) {
      const stop = settledEnd(bytes.subarray(0, end), cut);
      return stop > cut ? { stop, final: false } : undefined;
    }
    const following = maxPacketBytes - frames.overhead(index + 1, false);
    const stop =
      room <= 0
        ? cut
        : safeCut(bytes.subarray(0, end), {
            from: cut,
            limit: cut + room,
            room: following,
            finalRoom: ended ? following + 1 : following,
          });
    if (stop === cut) {
      throw new AvatarError(
        'packet-too-large',
        `A packet of ${maxPacketBytes} bytes has no room for a character in part ${index} of message ${messageId}.`,
      );
    }
    return { stop, final: false };
  }

  return {
    next(maxPacketBytes) {
      if (done) return undefined;
      const found = nextEnd(maxPacketBytes);
      if (!found) return undefined;
      const { stop, final } = found;
      const packet = frames.frame(index, final, bytes.subarray(cut, stop));
      const part: Part = { index, final, packet, startTextByte: cut, endTextByte: stop };
      cut = stop;
      index += 1;
      done = final;
      return part;
    },
    get done() {
      return done;
    },
    get totalTextBytes() {
      return end;
    },
    rewindTo(part) {
      cut = part.startTextByte;
      index = part.index;
      done = false;
    },
    remainingText() {
      const rest: unknown = JSON.parse(`"${decoder.decode(bytes.subarray(cut, end))}"`);
      return String(rest) + joiner.held;
    },
    append(text) {
      if (ended)
        throw new AvatarError('invalid-argument', `Message ${messageId} has ended and takes no more text.`);
      add(joiner.push(text));
    },
    end() {
      if (ended) return;
      add(joiner.end());
      ended = true;
    },
  };
}
