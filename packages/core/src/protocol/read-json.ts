/**
 * A packet as a JSON object. Never throws; what it keeps and how long it takes are bounded by {@link MAX_FRAME_BYTES}.
 */

import type { Unrecognised } from './messages';

/** Frames above it are not parsed. No provider carries more than 16 KiB in one packet. */
export const MAX_FRAME_BYTES = 256 * 1_024;
/** Frames nested deeper are not parsed: a documented one has five levels, and what is shown must be printable. */
export const MAX_DEPTH = 32;

const MAX_RAW_CHARACTERS = 1_024;

const strictDecoder = new TextDecoder('utf-8', { fatal: true });
const lenientDecoder = new TextDecoder();

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * What `read` makes of the object in a packet. A text that it returns says what was not understood and names the field;
 * then, and where there is no object, the packet is `unrecognised`.
 */
export function readJsonObject<T extends object>(
  packet: Uint8Array,
  read: (fields: JsonObject) => T | string,
): T | Unrecognised {
  if (packet.length > MAX_FRAME_BYTES) {
    return unrecognised(
      `The packet has ${packet.length} bytes, more than ${MAX_FRAME_BYTES}.`,
      beginningOf(packet),
    );
  }
  if (depthOf(packet) > MAX_DEPTH) {
    return unrecognised(`The packet is nested deeper than ${MAX_DEPTH} levels.`, beginningOf(packet));
  }
  let frame: unknown;
  try {
    frame = JSON.parse(strictDecoder.decode(packet));
  } catch (error) {
    const what = error instanceof SyntaxError ? 'JSON' : 'UTF-8';
    return unrecognised(`The packet is not ${what}.`, beginningOf(packet));
  }
  const understood = isObject(frame) ? read(frame) : 'The frame is not a JSON object.';
  return typeof understood === 'string' ? unrecognised(understood, frame) : understood;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unrecognised(problem: string, raw: unknown): Unrecognised {
  return { kind: 'unrecognised', problem, raw };
}

function beginningOf(packet: Uint8Array): string {
  return lenientDecoder.decode(packet.subarray(0, 4 * MAX_RAW_CHARACTERS)).slice(0, MAX_RAW_CHARACTERS);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Deepest level of objects and arrays, counted before parsing: not every engine parses without recursion. */
function depthOf(packet: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < packet.length; at += 1) {
    const byte = packet[at];
    if (inString) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === 0x7b || byte === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return deepest;
}
