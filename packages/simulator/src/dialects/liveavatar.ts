import type { AvatarDialect, Reading, Said } from './dialect';
import { hasHalfCharacter, ownOf, readObject, unknownKeys, writeObject } from './json';

export interface LiveavatarDialectOptions {
  /** The service's id of the session, in every event. @default 'simulated-session' */
  readonly sessionId?: string;
  /**
   * What the text of `avatar.transcription.chunk` is: this piece alone, or all up to here. No document says.
   * @default 'pieces'
   */
  readonly chunks?: 'pieces' | 'so-far';
}

/** The texts that it takes, and what it does with each. */
const TEXTS = { 'avatar.speak_text': 'retelling', 'avatar.speak_response': 'dialogue' } as const;
const COMMANDS: Readonly<Record<string, string>> = {
  'avatar.interrupt': 'interrupt',
  'avatar.start_listening': 'start-listening',
  'avatar.stop_listening': 'stop-listening',
  'user.start_push_to_talk': 'start-push-to-talk',
  'user.stop_push_to_talk': 'stop-push-to-talk',
};
const PUSHED: Readonly<Record<string, string>> = {
  'start-push-to-talk': 'user.push_to_talk_started',
  'stop-push-to-talk': 'user.push_to_talk_stopped',
};

/**
 * LiveAvatar in FULL mode: events as JSON on two data topics of LiveKit. Each event of the avatar has an id of its own;
 * `source_event_id` names the visitor's event that it comes of. Nothing is acknowledged. Source: liveavatar-web-sdk.
 */
export function liveavatarDialect(options: LiveavatarDialectOptions = {}): AvatarDialect {
  const { sessionId = 'simulated-session', chunks = 'pieces' } = options;
  return {
    name: 'liveavatar',
    mode: 'dialogue',
    calls: { 'keep-alive': 'nothing' },
    topics: { hears: 'agent-control', speaks: 'agent-response' },
    read,
    write(said, { newId }) {
      return eventsOf(said, chunks).map(({ type, text }) =>
        writeObject({
          event_type: type,
          event_id: newId(),
          session_id: sessionId,
          ...('of' in said && said.of !== undefined && { source_event_id: said.of }),
          ...(text !== undefined && { text }),
        }),
      );
    },
  };
}

function read(packet: Uint8Array): Reading {
  const parsed = readObject(packet);
  if ('problem' in parsed) return { problems: [parsed.problem] };
  const { event_type: type, event_id: id, text } = parsed.object;
  const problems: string[] = [];
  if (typeof id !== 'string' || id === '') return { problems: ['event_id is not a string with content.'] };
  const mode = ownOf(TEXTS, type);
  unknownKeys(parsed.object, ['event_type', 'event_id', ...(mode ? ['text'] : [])], '', problems);
  if (mode) {
    if (typeof text !== 'string') return { problems: [...problems, 'text is not a string.'] };
    if (hasHalfCharacter(text)) problems.push('text holds half a character.');
    return { frame: { kind: 'chat', id, index: 0, final: true, text, mode }, problems };
  }
  const name = ownOf(COMMANDS, type);
  if (name) return { frame: { kind: 'command', id, name, data: undefined }, problems };
  return { problems: [...problems, `event_type is ${JSON.stringify(type)}.`] };
}

interface WireEvent {
  readonly type: string;
  readonly text?: string;
}

function eventsOf(said: Said, chunks: 'pieces' | 'so-far'): readonly WireEvent[] {
  switch (said.kind) {
    case 'reply': {
      const text = chunks === 'pieces' ? said.text : said.soFar;
      return [
        ...(said.text === '' ? [] : [{ type: 'avatar.transcription.chunk', text }]),
        ...(said.final ? [{ type: 'avatar.transcription', text: said.soFar }] : []),
      ];
    }
    case 'user-speech':
      return [
        { type: 'user.speak_started' },
        { type: 'user.transcription.chunk', text: said.text },
        { type: 'user.speak_ended' },
        { type: 'user.transcription', text: said.text },
      ];
    case 'speech':
      return [{ type: said.speaking ? 'avatar.speak_started' : 'avatar.speak_ended' }];
    case 'acknowledgement': {
      const type = ownOf(PUSHED, said.command);
      return type === undefined ? [] : [{ type }];
    }
  }
}
