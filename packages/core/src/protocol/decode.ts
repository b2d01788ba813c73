/**
 * Any bytes in, a typed message or a typed problem out. Never throws; what it keeps and how long it takes are bounded
 * by {@link MAX_FRAME_BYTES}.
 */

import type { Acknowledgement, ChatPart, CommandName, Incoming, SpeechSign, Unrecognised } from './messages';

/** Frames above it are not parsed. No provider carries more than 16 KiB in one packet. */
export const MAX_FRAME_BYTES = 256 * 1_024;
/** Frames nested deeper are not parsed: a documented one has five levels, and what is shown must be printable. */
export const MAX_DEPTH = 32;
/** Longest `mid` that is understood. Ours have 12 characters, the vendor's 17. */
export const MAX_MESSAGE_ID_LENGTH = 256;

const MAX_RAW_CHARACTERS = 1_024;
const COMMANDS: readonly unknown[] = ['set-params', 'set-action', 'interrupt'] satisfies CommandName[];

const strictDecoder = new TextDecoder('utf-8', { fatal: true });
const lenientDecoder = new TextDecoder();

type Fields = Readonly<Record<string, unknown>>;
/** What a reader of one kind of frame returns: the message, or what is wrong with which field. */
type Read = ChatPart | Acknowledgement | SpeechSign | string;

/** What one packet says. */
export function decode(packet: Uint8Array): Incoming {
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
  const read = readFrame(frame);
  return typeof read === 'string' ? unrecognised(read, frame) : read;
}

function readFrame(frame: unknown): Read {
  if (!isObject(frame)) return 'The frame is not a JSON object.';
  if (wholeNumber(frame.v) !== 2) return 'v is not 2.';
  const { pld } = frame;
  if (!isObject(pld)) return 'pld is not an object.';
  switch (frame.type) {
    case 'chat':
      return readChat(frame, pld);
    case 'command':
    // Older builds of the service write `cmd`.
    case 'cmd':
      return readAcknowledgement(frame, pld);
    case 'event':
      return readEvent(frame, pld);
    default:
      return 'type is unknown.';
  }
}

function readChat(frame: Fields, pld: Fields): Read {
  const index = wholeNumber(frame.idx);
  if (!isMessageId(frame.mid)) return BAD_MESSAGE_ID;
  if (index === undefined) return 'idx is not a whole number from 0.';
  if (typeof frame.fin !== 'boolean') return 'fin is not a boolean.';
  if (pld.from !== 'bot' && pld.from !== 'user') return 'pld.from is neither bot nor user.';
  if (typeof pld.text !== 'string') return 'pld.text is not a string.';
  return {
    kind: 'chat-part',
    messageId: frame.mid,
    index,
    final: frame.fin,
    speaker: pld.from === 'bot' ? 'avatar' : 'user',
    text: pld.text,
  };
}

function readAcknowledgement(frame: Fields, pld: Fields): Read {
  const command = pld.cmd ?? pld.command;
  const code = wholeNumber(pld.code);
  const message = pld.msg ?? '';
  if (!isOptionalMessageId(frame.mid)) return BAD_MESSAGE_ID;
  if (!isCommandName(command)) return 'pld.cmd is unknown.';
  if (code === undefined) return 'pld.code is not a whole number from 0.';
  if (typeof message !== 'string') return 'pld.msg is not a string.';
  return { kind: 'acknowledgement', ...idOf(frame.mid), command, code, message };
}

function readEvent(frame: Fields, pld: Fields): Read {
  if (!isOptionalMessageId(frame.mid)) return BAD_MESSAGE_ID;
  if (pld.event !== 'audio_start' && pld.event !== 'audio_end') return 'pld.event is unknown.';
  return { kind: 'speech', speaking: pld.event === 'audio_start', ...idOf(frame.mid) };
}

const BAD_MESSAGE_ID = `mid is not a string of 1 to ${MAX_MESSAGE_ID_LENGTH} characters.`;

function isMessageId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_MESSAGE_ID_LENGTH;
}

/** Older builds leave `mid` out of what is not chat, or leave it empty. */
function isOptionalMessageId(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || value === '' || isMessageId(value);
}

function idOf(messageId: string | null | undefined): { messageId?: string } {
  return messageId ? { messageId } : {};
}

function isCommandName(value: unknown): value is CommandName {
  return COMMANDS.includes(value);
}

/** Some pages type numbers as strings of digits. */
function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) && (number as number) >= 0 ? (number as number) : undefined;
}

function isObject(value: unknown): value is Fields {
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
