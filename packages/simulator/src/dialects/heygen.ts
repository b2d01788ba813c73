import type { AvatarDialect, Said } from './dialect';
import { type JsonObject, writeObject } from './json';

export interface HeygenDialectOptions {
  /**
   * `log`: a line of text with each reply, that is no JSON: of the first version is known only that its page logs what
   * comes. `typed`: the messages of the second version, JSON by `type`. `none`: nothing. @default 'log'
   */
  readonly messages?: 'log' | 'typed' | 'none';
}

/**
 * HeyGen's streaming API in its first version: everything that is said to it goes over REST. Source: HeyGen,
 * "StreamingAvatar"; the typed messages: StreamingAvatarSDK 2.1.0.
 */
export function heygenDialect({ messages = 'log' }: HeygenDialectOptions = {}): AvatarDialect {
  return {
    name: 'heygen',
    calls: { task: 'retelling' },
    read: () => ({ problems: ['HeyGen v1 takes nothing over the data channel: call task.'] }),
    write(said, { newId }) {
      if (messages === 'typed') return typed(said, newId).map(writeObject);
      if (messages === 'none' || said.kind !== 'reply' || said.index > 0) return [];
      return [new TextEncoder().encode(`task ${said.messageId}: begins`)];
    },
  };
}

/** A task is what the visitor asked for; what the avatar says by itself has a name all the same. */
function typed(said: Said, newId: () => string): JsonObject[] {
  switch (said.kind) {
    case 'speech': {
      const task_id = said.of ?? said.messageId;
      return [{ type: said.speaking ? 'avatar_start_talking' : 'avatar_stop_talking', task_id }];
    }
    case 'reply': {
      const task_id = said.of ?? said.messageId;
      return [
        ...(said.text === '' ? [] : [{ type: 'avatar_talking_message', message: said.text, task_id }]),
        ...(said.final ? [{ type: 'avatar_end_message', task_id }] : []),
      ];
    }
    case 'user-speech': {
      const task_id = newId();
      return [
        { type: 'user_talking_message', message: said.text, task_id },
        { type: 'user_end_message', task_id },
      ];
    }
    case 'acknowledgement':
      return [];
  }
}
