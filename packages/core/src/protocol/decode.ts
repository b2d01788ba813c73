/** Protocol v2: any bytes in, a typed message or a typed problem out. Never throws. */

import type { Acknowledgement, ChatPart, CommandName, Incoming, SpeechSign } from './messages';
import { isObject, type JsonObject, readJsonObject } from './read-json';

/** Longest `mid` that is understood. Ours have 12 characters, the vendor's 17. */
export const MAX_MESSAGE_ID_LENGTH = 256;

const COMMANDS: readonly unknown[] = ['set-params', 'set-action', 'interrupt'] satisfies CommandName[];

/** What a reader of one kind of frame returns: the message, or what is wrong with which field. */
type Read = ChatPart | Acknowledgement | SpeechSign | string;

/** What one packet says. */
export function decode(packet: Uint8Array): Incoming {
  return readJsonObject(packet, readFrame);
}

function readFrame(frame: JsonObject): Read {
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

function readChat(frame: JsonObject, pld: JsonObject): Read {
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

function readAcknowledgement(frame: JsonObject, pld: JsonObject): Read {
  const command = pld.cmd ?? pld.command;
  const code = wholeNumber(pld.code);
  const message = pld.msg ?? '';
  if (!isOptionalMessageId(frame.mid)) return BAD_MESSAGE_ID;
  if (!isCommandName(command)) return 'pld.cmd is unknown.';
  if (code === undefined) return 'pld.code is not a whole number from 0.';
  if (typeof message !== 'string') return 'pld.msg is not a string.';
  return { kind: 'acknowledgement', ...idOf(frame.mid), command, code, message };
}

function readEvent(frame: JsonObject, pld: JsonObject): Read {
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
