import {
  type AvatarMode,
  isAvatarError,
  type JsonObject,
  type ServiceDialogue,
  type ServiceHost,
} from '@avatarwire/core';
import { noCommand } from '../browser/frames';
import { type ChatPart, createPieces, type Pieces } from '../browser/pieces';
import { readPacket } from '../browser/read-packet';
import { callOver, MAX_REST_PACKET_BYTES, readRestPacket, restFrames } from '../browser/rest';
import { senseSpeech } from '../browser/speech-level';
import type { LevelMeterMaker } from '../browser/web-audio-meter';
import { createEchoes } from './echoes';
import { createQuestions } from './questions';

export interface A2eSettings {
  readonly mode: AvatarMode;
  readonly replyMs: number;
  readonly meter: LevelMeterMaker;
}

const POSITIONS: readonly unknown[] = ['start', 'middle', 'end'];

/** What is longer than all that can be said is nothing that came back to us. */
const LONGEST_ECHO = MAX_REST_PACKET_BYTES;

/** With these a question may have arrived all the same. */
const UNCERTAIN: readonly string[] = ['network', 'connect-timeout'];

export function startA2e(host: ServiceHost, { mode, replyMs, meter }: A2eSettings): ServiceDialogue {
  const questions = createQuestions(host.clock, replyMs);
  const echoes = createEchoes();
  const answers = pieces();
  const speech = senseSpeech(host, meter);
  /** What the open answer says so far. */
  let heard = '';

  function pieces(): Pieces {
    return createPieces('avatar', () => host.newId());
  }

  const actionOf = (wanted: AvatarMode = mode) => (wanted === 'dialogue' ? 'ask' : 'speak');

  async function ask(body: { readonly text: string }): Promise<void> {
    // Before the call: the answer may come sooner than what HTTP says.
    questions.asked();
    try {
      await callOver(host, 'ask', body);
    } catch (error) {
      if (isAvatarError(error) && !UNCERTAIN.includes(error.code)) questions.closed();
      throw error;
    }
  }

  function understand({ type, message, pos }: JsonObject): readonly ChatPart[] | string {
    if (type !== 'QA') return 'type is not QA.';
    if (typeof message !== 'string') return 'message is not a string.';
    if (pos === undefined || pos === null) {
      // Whole, and no end of an answer that is open.
      if (!echoes.take(message) && !answers.isOpen) questions.closed();
      return [pieces().next(message, true)];
    }
    if (!POSITIONS.includes(pos)) return 'pos is unknown.';
    const parts: ChatPart[] = [];
    if (pos === 'start' && answers.isOpen) parts.push(answers.next('', true));
    if (!answers.isOpen) heard = '';
    if (heard.length <= LONGEST_ECHO) heard += message;
    if (pos !== 'end') questions.heard();
    else if (!echoes.take(heard)) questions.closed();
    return [...parts, answers.next(message, pos === 'end')];
  }

  return {
    maxPacketBytes: MAX_REST_PACKET_BYTES,
    async send(packet) {
      const { action, body } = readRestPacket(packet);
      if (action === 'ask') return ask(body);
      echoes.said(body.text);
      await callOver(host, action, body);
    },
    frames(_messageId, wanted) {
      const action = actionOf(wanted);
      // A question cut in two is two questions.
      return restFrames(action, action === 'ask' ? 'whole' : 'apart');
    },
    command: noCommand,
    read: (packet) => readPacket(packet, understand),
    before: (wanted) => (actionOf(wanted) === 'ask' ? questions.free() : undefined),
    show: speech.show,
    close() {
      speech.close();
      questions.closed();
    },
  };
}
