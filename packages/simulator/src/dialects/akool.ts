import { readFrame, writeAcknowledgement, writeChat, writeSpeechSign } from '../avatar-wire';
import type { AvatarDialect } from './dialect';

/** Protocol v2: parts with an index, commands with an acknowledgement. */
export function akoolDialect(): AvatarDialect {
  return {
    name: 'akool',
    read: readFrame,
    write(said, { behaviour }) {
      switch (said.kind) {
        case 'reply':
          return [writeChat(said.messageId, said.index, said.final, 'bot', said.text)];
        case 'user-speech':
          return [writeChat(said.messageId, 0, true, 'user', said.text)];
        case 'speech':
          return behaviour.sendsSpeechSigns ? [writeSpeechSign(said.messageId, said.speaking)] : [];
        case 'acknowledgement':
          return [writeAcknowledgement(said.of, said.command, said.code, said.message)];
      }
    },
  };
}
