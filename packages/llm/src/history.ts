/** What visitor and avatar have said, as a model wants to hear it with the next question. */

import {
  AvatarError,
  type AvatarSession,
  type Delivery,
  type SendOptions,
  type TextInput,
} from '@avatarwire/core';
import { followSpeech } from './follow-speech';

export interface ChatMessage<Role extends 'system' | 'user' | 'assistant' = 'user' | 'assistant'> {
  readonly role: Role;
  readonly content: string;
}

export interface HistoryOptions {
  /** At least 2; the system message is not counted. @default 64, as many as the broker takes */
  readonly maxMessages?: number;
  /** Of all messages but the system's, in UTF-16 units. @default 32768, as many as the broker takes */
  readonly maxCharacters?: number;
}

export interface History<Role extends ChatMessage['role'] | 'system' = ChatMessage['role']> {
  /**
   * For the next request, oldest first; a fresh array each time. User and assistant take turns: what one of them said
   * in several goes is one message, with an empty line in between. Of a long conversation the oldest turns are left
   * out, question and answer together; the system message and the newest question stay.
   */
  readonly messages: ChatMessage<Role>[];
  /**
   * What the visitor said.
   *
   * @throws AvatarError `invalid-argument` when it is longer than `maxCharacters`
   */
  user(text: string): void;
  /** What the avatar said that did not go through `speak`: its own answers to `session.ask`, for example. */
  assistant(text: string): void;
  /**
   * `session.speak`, and remembers what of it was **handed over** to the avatar: after an interrupt, an abort, a
   * failure or the end of the session the text without its unsent rest. That is an upper bound of what the visitor
   * heard, since no service tells how far its avatar got: it may have been silenced a sentence or two before. While it is
   * being said, all that has come of the text counts.
   */
  speak(
    session: Pick<AvatarSession, 'speak' | 'on'>,
    text: TextInput,
    options?: SendOptions,
  ): Promise<Delivery>;
  /** Forgets everything but the system message. */
  clear(): void;
}

interface Said {
  readonly role: ChatMessage['role'];
  text: string;
}

interface Turn extends ChatMessage {
  /** Where the last part of it stands. */
  readonly last: number;
}

const PARAGRAPH = '\n\n';

/**
 * A conversation for a model that is asked from here. A system prompt belongs to one's own server; with the broker it
 * does, and its `chat` takes no history that has one.
 *
 * @throws AvatarError `invalid-argument`, naming the option
 */
export function createHistory(
  options: HistoryOptions & { readonly system: string },
): History<'system' | 'user' | 'assistant'>;
export function createHistory(options?: HistoryOptions): History;
export function createHistory({
  maxMessages = 64,
  maxCharacters = 32_768,
  system,
}: HistoryOptions & { readonly system?: string } = {}): History<'system' | 'user' | 'assistant'> {
  atLeast(2, 'maxMessages', maxMessages);
  atLeast(1, 'maxCharacters', maxCharacters);
  const said: Said[] = [];

  const fits = (turns: readonly Turn[]) =>
    turns.length <= maxMessages &&
    turns.reduce((sum, { content }) => sum + content.length, 0) <= maxCharacters;

  /** What is kept, after the rest was forgotten. */
  function kept(): readonly Turn[] {
    let turns = turnsOf(said);
    const newest = turns.length - (turns.at(-1)?.role === 'user' ? 1 : 2);
    let first = 0;
    while (first < newest && !fits(turns.slice(first))) first += turns[first]?.role === 'user' ? 2 : 1;
    said.splice(0, (turns[first - 1]?.last ?? -1) + 1);
    turns = turnsOf(said);
    // The newest question may have been asked in many goes that nobody answered.
    for (let spare = spareIn(said); !fits(turns) && spare >= 0; spare = spareIn(said)) {
      said.splice(spare, 1);
      turns = turnsOf(said);
    }
    return turns;
  }

  function add(role: Said['role'], text: string): Said {
    const entry = { role, text };
    said.push(entry);
    kept();
    return entry;
  }

  return {
    get messages() {
      const turns = kept().map(({ role, content }) => ({ role, content }));
      return system === undefined ? turns : [{ role: 'system' as const, content: system }, ...turns];
    },
    user(text) {
      if (text.length > maxCharacters) {
        throw invalid(`text has ${text.length} characters, and maxCharacters is ${maxCharacters}.`);
      }
      add('user', text);
    },
    assistant: (text) => void add('assistant', text),
    speak(session, text, options) {
      const entry: Said = { role: 'assistant', text: '' };
      return followSpeech(session, text, options, {
        onBegin: () => said.push(entry),
        onText(handedOver) {
          entry.text = handedOver;
        },
      });
    },
    clear() {
      said.length = 0;
    },
  };
}

/** What each said until it was the other's turn. */
function turnsOf(said: readonly Said[]): readonly Turn[] {
  const turns: Turn[] = [];
  for (const [last, { role, text }] of said.entries()) {
    if (text.trim() === '') continue;
    const before = turns.at(-1);
    if (before?.role !== role) turns.push({ role, content: text, last });
    else turns[turns.length - 1] = { role, content: before.content + PARAGRAPH + text, last };
  }
  return turns;
}

/** The oldest that is not the last of its role. */
function spareIn(said: readonly Said[]): number {
  return said.findIndex(({ role }, index) => said.some((later, at) => at > index && later.role === role));
}

function atLeast(least: number, name: string, value: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw invalid(`${name} must be a whole number of at least ${least}.`);
}

function invalid(message: string): AvatarError {
  return new AvatarError('invalid-argument', message);
}
