/** What reaches the avatar: frames put together to messages, commands, and everything a client must not do. */

import type { AvatarMode, Clock } from '@avatarwire/core';
import { type ActionData, readAction } from './avatar-wire';
import type { AvatarDialect, ClientFrame } from './dialects';

export interface HeardFrame {
  /** Milliseconds on the clock's `now`. */
  readonly at: number;
  readonly from: string;
  readonly data: Uint8Array;
}

export interface HeardMessage {
  readonly id: string;
  readonly from: string;
  /** The parts joined in their order. */
  readonly text: string;
  readonly parts: number;
  /** Where the message said it by itself. */
  readonly mode?: AvatarMode;
  /** Of its last part, milliseconds on the clock's `now`. */
  readonly at: number;
}

export type HeardCommand = { readonly id: string; readonly from: string; readonly at: number } & (
  | { readonly name: 'interrupt' }
  | { readonly name: 'set-params'; readonly data: unknown }
  | { readonly name: 'set-action'; readonly data: ActionData; readonly problem?: string }
  | { readonly name: (typeof LIVEAVATAR_COMMANDS)[number] }
);

/** Only LiveAvatar's dialect has them. */
const LIVEAVATAR_COMMANDS = [
  'start-listening',
  'stop-listening',
  'start-push-to-talk',
  'stop-push-to-talk',
] as const;

export interface Violation {
  readonly at: number;
  readonly from: string;
  readonly problem: string;
}

interface EarsOptions {
  readonly clock: Clock;
  readonly dialect: AvatarDialect;
  /** Report parts as soon as all before them are here. */
  readonly hearParts: boolean;
  onPart(part: {
    readonly id: string;
    readonly text: string;
    readonly final: boolean;
    readonly mode: AvatarMode | undefined;
  }): void;
  onMessage(message: HeardMessage): void;
  onCommand(command: HeardCommand): void;
  onViolation(violation: Violation): void;
}

type Chat = Extract<ClientFrame, { kind: 'chat' }>;

interface OpenMessage {
  readonly parts: Map<number, string>;
  finalIndex: number | undefined;
  reported: number;
  /** An interrupt came: what was said is forgotten. */
  cut: boolean;
}

function isOfLiveavatar(name: string): name is (typeof LIVEAVATAR_COMMANDS)[number] {
  return LIVEAVATAR_COMMANDS.some((known) => known === name);
}

export function createEars(options: EarsOptions) {
  const messages: HeardMessage[] = [];
  const commands: HeardCommand[] = [];
  const frames: HeardFrame[] = [];
  const violations: Violation[] = [];
  let open = new Map<string, OpenMessage>();
  let finished = new Set<string>();
  /** The message that each sender was last heard with. */
  let lastKey = new Map<string, string>();

  function complain(from: string, problem: string): void {
    const violation = { at: options.clock.now(), from, problem };
    violations.push(violation);
    options.onViolation(violation);
  }

  function hearChat(chat: Chat, from: string): void {
    const key = `${from}\n${chat.id}`;
    if (finished.has(key)) return complain(from, `A part of ${chat.id}, which had its final part.`);
    const known = open.get(key);
    const message = known ?? { parts: new Map(), finalIndex: undefined, reported: 0, cut: false };
    open.set(key, message);
    if (message.cut) return hearAfterCut(key, chat, from);
    // A message may be given up for good, after a loss for example; what it may not do is go on after another began.
    if (known && lastKey.get(from) !== key)
      complain(from, `A part of ${chat.id} after another message began.`);
    lastKey.set(from, key);
    if (message.parts.has(chat.index)) return complain(from, `Part ${chat.index} of ${chat.id} twice.`);
    message.parts.set(chat.index, chat.text);
    if (chat.final) message.finalIndex = chat.index;
    if (chat.final && [...message.parts.keys()].some((index) => index > chat.index)) {
      complain(from, `A part of ${chat.id} behind its final part.`);
    }
    if (options.hearParts) reportParts(message, chat);
    if (message.finalIndex === undefined) return;
    for (let index = 0; index <= message.finalIndex; index++) {
      if (!message.parts.has(index)) return;
    }
    complete(key, message, chat, from);
  }

  function hearAfterCut(key: string, chat: Chat, from: string): void {
    if (chat.text !== '') complain(from, `Text of ${chat.id} after the interrupt that ended it.`);
    if (!chat.final) return;
    open.delete(key);
    finished.add(key);
  }

  function reportParts(message: OpenMessage, { id, mode }: Chat): void {
    for (
      let text = message.parts.get(message.reported);
      text !== undefined;
      text = message.parts.get(message.reported)
    ) {
      options.onPart({ id, text, mode, final: message.reported === message.finalIndex });
      message.reported += 1;
    }
  }

  function complete(key: string, message: OpenMessage, { id, mode }: Chat, from: string): void {
    open.delete(key);
    finished.add(key);
    const indices = [...message.parts.keys()].sort((a, b) => a - b);
    const text = indices.map((index) => message.parts.get(index)).join('');
    if (text === '') complain(from, `${id} has no text.`);
    note({ id, from, text, parts: indices.length, at: options.clock.now(), ...(mode && { mode }) });
  }

  function note(message: HeardMessage): void {
    messages.push(message);
    options.onMessage(message);
  }

  function hearCommand({ id, name, data }: Extract<ClientFrame, { kind: 'command' }>, from: string): void {
    const common = { id, from, at: options.clock.now() };
    let command: HeardCommand;
    if (name === 'interrupt') {
      if (data !== undefined) complain(from, 'An interrupt with data.');
      for (const message of open.values()) {
        message.cut = true;
        message.parts.clear();
      }
      command = { ...common, name };
    } else if (name === 'set-params') {
      command = { ...common, name, data };
    } else if (name === 'set-action') {
      const read = readAction(data);
      const nothing: ActionData = { action: undefined, expression: undefined };
      command =
        'action' in read
          ? { ...common, name, data: read.action }
          : { ...common, name, data: nothing, problem: read.problem };
      if ('problem' in read) complain(from, `set-action: ${read.problem}`);
    } else if (isOfLiveavatar(name)) {
      command = { ...common, name };
    } else {
      return complain(from, `The command ${JSON.stringify(name)} is not known.`);
    }
    commands.push(command);
    options.onCommand(command);
  }

  return {
    heard: { messages, commands, frames, violations },
    hear(data: Uint8Array, from: string): void {
      frames.push({ at: options.clock.now(), from, data });
      const { frame, problems } = options.dialect.read(data);
      for (const problem of problems) complain(from, problem);
      if (frame?.kind === 'chat') hearChat(frame, from);
      else if (frame?.kind === 'command') hearCommand(frame, from);
    },
    /** A text that came another way than as a packet. */
    hearCall(text: string, id: string, mode: AvatarMode): void {
      if (options.hearParts) options.onPart({ id, text, final: true, mode });
      note({ id, from: '', text, parts: 1, mode, at: options.clock.now() });
    },
    /** Open messages are forgotten, as by a process that starts again. */
    forget(): void {
      open = new Map();
      finished = new Set();
      lastKey = new Map();
    },
  };
}
