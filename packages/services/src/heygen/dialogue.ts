import type { Incoming, JsonObject, ServiceDialogue, ServiceHost } from '@avatarwire/core';
import { noCommand } from '../browser/frames';
import { type ChatPart, createPieces, type Pieces } from '../browser/pieces';
import { readPacket } from '../browser/read-packet';
import { callOver, MAX_REST_PACKET_BYTES, readRestPacket, restFrames } from '../browser/rest';
import { senseSpeech } from '../browser/speech-level';
import type { LevelMeterMaker } from '../browser/web-audio-meter';

/** Of a task; longer ones are left out of account. */
const LONGEST_ID = 256;
/** Unfinished messages; above it the oldest is forgotten, and what still comes of it begins another. */
const MOST_OPEN = 16;

/**
 * What v1 sends over its data channel is documented nowhere. What its successor sends, by the same names, is read as
 * what it means there.
 */
export function startHeygen(host: ServiceHost, meter: LevelMeterMaker): ServiceDialogue {
  /** Messages that have begun, by their speaker and task. */
  const open = new Map<string, Pieces>();
  const level = senseSpeech(host, meter);
  let tellsOfSpeech = false;

  function speech(speaking: boolean): readonly Incoming[] {
    // It knows better than we hear.
    tellsOfSpeech = true;
    level.close();
    return [{ kind: 'speech', speaking }];
  }

  function goOn(speaker: ChatPart['speaker'], task: string, text: unknown): readonly ChatPart[] | string {
    if (typeof text !== 'string') return 'message is not a string.';
    const key = speaker + task;
    const pieces = open.get(key) ?? createPieces(speaker, () => host.newId());
    open.set(key, pieces);
    for (const oldest of open.keys()) if (open.size > MOST_OPEN) open.delete(oldest);
    return [pieces.next(text, false)];
  }

  function end(speaker: ChatPart['speaker'], task: string): readonly ChatPart[] {
    const pieces = open.get(speaker + task);
    open.delete(speaker + task);
    return pieces ? [pieces.next('', true)] : [];
  }

  function understand({ type, message, task_id }: JsonObject): readonly Incoming[] | string {
    const task = typeof task_id === 'string' && task_id.length <= LONGEST_ID ? task_id : '';
    switch (type) {
      case 'avatar_start_talking':
        return speech(true);
      case 'avatar_stop_talking':
        return speech(false);
      case 'avatar_talking_message':
        return goOn('avatar', task, message);
      case 'avatar_end_message':
        return end('avatar', task);
      case 'user_talking_message':
        return goOn('user', task, message);
      case 'user_end_message':
        return end('user', task);
      // The visitor begins to speak, ends, is silent: nothing of ours says so.
      case 'user_start':
      case 'user_stop':
      case 'user_silence':
        return [];
      default:
        return 'type is unknown.';
    }
  }

  return {
    maxPacketBytes: MAX_REST_PACKET_BYTES,
    send(packet) {
      const { action, body } = readRestPacket(packet);
      return callOver(host, action, body);
    },
    frames: () => restFrames('task', 'apart'),
    command: noCommand,
    read: (packet) => readPacket(packet, understand),
    show(tracks) {
      if (!tellsOfSpeech) level.show(tracks);
    },
    close: level.close,
  };
}
