/**
 * Protocol v2 as the avatar reads and writes it. Strict on purpose, and written without a look at core's encoder: what
 * a real service may refuse is a problem here.
 */

import type { Reading } from './dialects/dialect';
import {
  hasHalfCharacter,
  isObject,
  type JsonObject,
  readObject,
  unknownKeys,
  writeObject,
} from './dialects/json';

export const GESTURES = [
  'hand_wave',
  'cheer',
  'thumbs_up',
  'pump_fists',
  'nod',
  'shake',
  'waft_left',
  'waft_right',
] as const;
export const EXPRESSIONS = [
  'angry',
  'disgust',
  'fear',
  'happiness',
  'sadness',
  'surprise',
  'contempt',
] as const;

export interface ActionData {
  readonly action: (typeof GESTURES)[number] | undefined;
  readonly expression: (typeof EXPRESSIONS)[number] | undefined;
}

/** One frame from the client. */
export function readFrame(bytes: Uint8Array): Reading {
  const read = readObject(bytes);
  if ('problem' in read) return { problems: [read.problem] };
  const value = read.object;
  const problems = commonProblems(value);
  if (typeof value.mid !== 'string' || value.mid === '')
    return { problems: [...problems, 'mid is not a string with content.'] };
  if (!isObject(value.pld)) return { problems: [...problems, 'pld is not an object.'] };
  const rest = { id: value.mid, frame: value, payload: value.pld, problems };
  if (value.type === 'chat') return readChat(rest);
  if (value.type === 'command') return readCommand(rest);
  return { problems: [...problems, `type is ${JSON.stringify(value.type)}.`] };
}

function commonProblems(frame: JsonObject): string[] {
  const problems: string[] = [];
  if (frame.v !== 2) problems.push(`v is ${JSON.stringify(frame.v)}.`);
  // agora-rtc-sdk-ng takes such objects for parts of its own and never delivers them.
  if ('_type' in frame || ('total' in frame && 'id' in frame))
    problems.push('Agora swallows frames with these names.');
  return problems;
}

interface Opened {
  readonly id: string;
  readonly frame: JsonObject;
  readonly payload: JsonObject;
  readonly problems: string[];
}

function readChat({ id, frame, payload, problems }: Opened): Reading {
  unknownKeys(frame, ['v', 'type', 'mid', 'idx', 'fin', 'pld'], '', problems);
  unknownKeys(payload, ['text', 'meta'], 'pld.', problems);
  const { idx, fin } = frame;
  if (typeof idx !== 'number' || !Number.isInteger(idx) || idx < 0)
    return { problems: [...problems, 'idx is not a whole number from 0.'] };
  if (typeof fin !== 'boolean') return { problems: [...problems, 'fin is not a boolean.'] };
  if (typeof payload.text !== 'string') return { problems: [...problems, 'pld.text is not a string.'] };
  if (hasHalfCharacter(payload.text)) problems.push('pld.text holds half a character.');
  return { frame: { kind: 'chat', id, index: idx, final: fin, text: payload.text }, problems };
}

function readCommand({ id, frame, payload, problems }: Opened): Reading {
  unknownKeys(frame, ['v', 'type', 'mid', 'pld'], '', problems);
  unknownKeys(payload, ['cmd', 'data'], 'pld.', problems);
  if (typeof payload.cmd !== 'string') return { problems: [...problems, 'pld.cmd is not a string.'] };
  return { frame: { kind: 'command', id, name: payload.cmd, data: payload.data }, problems };
}

/** What is wrong with the data of a `set-action`, or the action. */
export function readAction(data: unknown): { readonly action: ActionData } | { readonly problem: string } {
  if (!isObject(data)) return { problem: 'data is not an object.' };
  const action = GESTURES.find((name) => name === data.action);
  const expression = EXPRESSIONS.find((name) => name === data.expression);
  if (data.action !== undefined && action === undefined)
    return { problem: 'data.action is not in the list.' };
  if (data.expression !== undefined && expression === undefined)
    return { problem: 'data.expression is not in the list.' };
  if (action === undefined && expression === undefined)
    return { problem: 'data holds neither action nor expression.' };
  return { action: { action, expression } };
}

export type Speaker = 'bot' | 'user';

export function writeChat(
  id: string,
  index: number,
  final: boolean,
  from: Speaker,
  text: string,
): Uint8Array<ArrayBuffer> {
  return writeObject({ v: 2, type: 'chat', mid: id, idx: index, fin: final, pld: { from, text } });
}

export function writeAcknowledgement(
  id: string,
  command: string,
  code: number,
  message: string,
): Uint8Array<ArrayBuffer> {
  return writeObject({ v: 2, type: 'command', mid: id, pld: { cmd: command, code, msg: message } });
}

export function writeSpeechSign(id: string | undefined, speaking: boolean): Uint8Array<ArrayBuffer> {
  return writeObject({
    v: 2,
    type: 'event',
    ...(id !== undefined && { mid: id }),
    pld: { event: speaking ? 'audio_start' : 'audio_end' },
  });
}
