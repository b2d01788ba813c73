/** Our words as frames: UTF-8 JSON in the documented form and no other. What is encoded here was checked before. */

import type { TextFrames } from '../service';
import type { Command } from './messages';
import { actionToWire, paramsToWire } from './params';
import { wellFormed } from './well-formed';

const encoder = new TextEncoder();

/**
 * One command as one packet. It may be larger than a connection takes: the caller compares and refuses, since a
 * command cannot be split.
 */
export function encodeCommand(command: Command, messageId: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(
    JSON.stringify({
      v: 2,
      type: 'command',
      mid: wellFormed(messageId),
      pld: { cmd: command.name, ...dataOf(command) },
    }),
  );
}

function dataOf(command: Command) {
  switch (command.name) {
    case 'set-params':
      return { data: paramsToWire(command.params) };
    case 'set-action':
      return { data: actionToWire(command.action) };
    case 'interrupt':
      return {};
  }
}

/** The inside of a JSON string, escaped as little as JSON allows. `text` must be well-formed. */
export function escapeText(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(JSON.stringify(text)).subarray(1, -1);
}

const OPEN = encoder.encode(',"fin":false,"pld":{"text":"');
const FINAL = encoder.encode(',"fin":true,"pld":{"text":"');
const TAIL = encoder.encode('"}}');
const ZERO = 0x30;

export function chatFrames(messageId: string): TextFrames {
  const head = encoder.encode(`{"v":2,"type":"chat","mid":${JSON.stringify(wellFormed(messageId))},"idx":`);

  function overhead(index: number, final: boolean): number {
    return head.length + digitsOf(index) + (final ? FINAL : OPEN).length + TAIL.length;
  }
  return {
    parts: 'joined',
    overhead,
    frame(index, final, text) {
      const packet = new Uint8Array(overhead(index, final) + text.length);
      packet.set(head);
      let end = head.length + digitsOf(index);
      writeDigits(packet, index, end);
      packet.set(final ? FINAL : OPEN, end);
      end += (final ? FINAL : OPEN).length;
      packet.set(text, end);
      packet.set(TAIL, end + text.length);
      return packet;
    },
  };
}

function digitsOf(index: number): number {
  let digits = 1;
  for (let rest = index; rest >= 10; rest = Math.floor(rest / 10)) digits += 1;
  return digits;
}

/** Writes `index` so that it ends before `end`. */
function writeDigits(packet: Uint8Array, index: number, end: number): void {
  let rest = index;
  let at = end;
  do {
    at -= 1;
    packet[at] = ZERO + (rest % 10);
    rest = Math.floor(rest / 10);
  } while (rest > 0);
}
