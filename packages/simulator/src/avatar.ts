/**
 * The avatar's side of a session: what it hears, does and says, over any network. It knows no transport; a small port
 * carries its packets, so that the memory network, a WebRTC loop-back and a LiveKit bot share it.
 *
 * It reads and writes each service's packets with code of its own (dialects/): a mistake in core's encoder cannot hide
 * in a decoder that makes the same mistake.
 */

import { AvatarError, type AvatarMode, type Clock, createEmitter, systemClock } from '@avatarwire/core';
import { friendlyAnswer } from './avatar-answers';
import { type AvatarBehaviour, pessimistic } from './avatar-behaviour';
import {
  createEars,
  type HeardCommand,
  type HeardFrame,
  type HeardMessage,
  type Violation,
} from './avatar-ears';
import { createMouth } from './avatar-mouth';
import { createParameters, type SpokenParameters } from './avatar-parameters';
import { type Speech, speakingMs } from './avatar-voice';
import type { ActionData } from './avatar-wire';
import { type AvatarDialect, type DialectName, dialectOf, type Said } from './dialects';
import { isObject, ownOf } from './dialects/json';
import { type Random, randomName } from './random';

/** How the avatar's packets reach the others in its room, and theirs reach it. */
export interface AvatarPort {
  /**
   * Sends one packet to the visitor: at most about 700 bytes, but in LiveAvatar's dialect, where one holds all that was
   * said. The next one is sent when the promise, if there is one, has settled.
   */
  send(packet: Uint8Array<ArrayBuffer>): void | Promise<void>;
  /** Adds a listener for packets that arrive at the avatar, and returns its undo. */
  onPacket(listener: (packet: { readonly data: Uint8Array; readonly from: string }) => void): () => void;
  /** Leaves the room. Without it, `avatar.leave()` only goes silent. */
  leave?(): void | Promise<void>;
  /** Comes back into the room. */
  return?(): void | Promise<void>;
}

/** What a reply may look at. */
export interface ReplyContext {
  readonly messageId: string;
  /** Participant that asked. */
  readonly from: string;
  /** How many messages came before this one. */
  readonly turn: number;
  readonly language: string | undefined;
  /** Aborted by an interrupt, or when the avatar leaves. */
  readonly signal: AbortSignal;
}

/** An answer, whole or as it comes. */
export type Reply = (text: string, context: ReplyContext) => string | Promise<string> | AsyncIterable<string>;

/** Milliseconds on the clock. */
export interface AvatarTimings {
  /** From a command to its acknowledgement. @default 40 */
  readonly acknowledgeMs: number;
  /** From a question to the first word of the answer. @default 300 */
  readonly thinkMs: number;
  /** Between two frames of one reply. @default 60 */
  readonly frameMs: number;
  /** How long a gesture lasts. @default 2000 */
  readonly gestureMs: number;
}

export interface SimulatedAvatarOptions {
  readonly port: AvatarPort;
  /** @default the machine's */
  readonly clock?: Clock;
  /** Numbers from 0 to 1, 1 excluded: cuts of replies and ids. @default Math.random */
  readonly random?: Random;
  readonly behaviour?: Partial<AvatarBehaviour>;
  /** How its packets look: as at this service, or as an object says. @default 'akool', which is protocol v2 */
  readonly dialect?: DialectName | AvatarDialect;
  readonly timings?: Partial<AvatarTimings>;
  /** Answers in dialogue mode. @default a small rule-based answerer */
  readonly reply?: Reply;
  /** Mode before the first `set-params`. @default the dialect's, for AKOOL 'retelling' */
  readonly mode?: AvatarMode;
  /** Called when a piece of speech begins; the same as the event `speech`. */
  readonly onSpeak?: (speech: Speech) => void;
  /** How long a piece takes to say, in milliseconds. @default by letters and speed, see {@link speakingMs} */
  readonly durationOf?: (text: string, speed: number) => number;
}

/** What can be seen of the avatar. Immutable: every change makes a new one. */
export interface AvatarState extends SpokenParameters {
  readonly present: boolean;
  readonly speaking: boolean;
  /** While it lasts. */
  readonly gesture: ActionData['action'];
  readonly expression: ActionData['expression'];
}

/** What reached the avatar, in the order of arrival. */
export interface Heard {
  /** Complete messages, byte for byte as the client was given them. */
  readonly messages: readonly HeardMessage[];
  readonly commands: readonly HeardCommand[];
  /** Every packet, as it came. */
  readonly frames: readonly HeardFrame[];
  /** What no client may do: malformed frames, gaps, interleaved messages, chat after its interrupt. */
  readonly violations: readonly Violation[];
}

export interface SimulatedAvatarEvents {
  changed: AvatarState;
  /** A piece of speech begins: draw and sound it for `durationMs`, or until `silenced`. */
  speech: Speech;
  /** Nothing more is being said. */
  silenced: { readonly interrupted: boolean };
  heard: HeardMessage;
  command: HeardCommand;
  violation: Violation;
  /** `reply` threw; the message ends with what it had said. */
  'reply-failed': { readonly error: unknown };
}

export interface SimulatedAvatar {
  readonly heard: Heard;
  readonly state: AvatarState;
  readonly speaking: boolean;
  readonly mode: AvatarMode;
  readonly speed: number;
  readonly gesture: AvatarState['gesture'];
  readonly behaviour: AvatarBehaviour;
  readonly dialect: AvatarDialect;
  on<E extends keyof SimulatedAvatarEvents>(
    event: E,
    listener: (payload: SimulatedAvatarEvents[E]) => void,
  ): () => void;
  /** Says something of its own accord. */
  say(text: string): void;
  /** As if the microphone had been understood: sends the words as the user's and, in dialogue mode, answers them. */
  understand(text: string): void;
  /** Asked over REST: it is heard as a message, and answered. Nothing is heard while it is away or ignores everything. */
  ask(text: string): void;
  /** Told over REST to say this: it is heard as a message, and said. */
  repeat(text: string): void;
  /**
   * What a `SessionSource` is called with, done as the dialect has it.
   *
   * @throws AvatarError `unsupported` for an action that its service does not take, `invalid-argument` without a text
   */
  call(action: string, body: unknown): void;
  /** Leaves the room, saying nothing more. */
  leave(): Promise<void>;
  /** Comes back. */
  return(): Promise<void>;
  /** Stays in the room and neither hears nor answers, until called with false: a data channel that died silently. */
  ignoreEverything(ignore?: boolean): void;
  /** Stops timers and listeners. The port stays as it is. */
  close(): void;
}

const defaultTimings: AvatarTimings = Object.freeze({
  acknowledgeMs: 40,
  thinkMs: 300,
  frameMs: 60,
  gestureMs: 2_000,
});

export function createSimulatedAvatar(options: SimulatedAvatarOptions): SimulatedAvatar {
  const { port, clock = systemClock, random = Math.random, reply = friendlyAnswer } = options;
  const behaviour: AvatarBehaviour = Object.freeze({ ...pessimistic, ...options.behaviour });
  const timings: AvatarTimings = { ...defaultTimings, ...options.timings };
  const emitter = createEmitter<SimulatedAvatarEvents>();
  const dialect = dialectOf(options.dialect);
  const writing = { behaviour, newId: () => randomName(random, 12) };
  const parameters = createParameters(options.mode ?? dialect.mode ?? 'retelling');
  const pendingTimers = new Set<() => void>();

  let state: AvatarState = Object.freeze({
    ...parameters.current,
    present: true,
    speaking: false,
    gesture: undefined,
    expression: undefined,
  });
  let ignoring = false;
  let turn = 0;
  let cancelGesture = () => {};

  const ears = createEars({
    clock,
    dialect,
    hearParts: behaviour.speaksBeforeFinal,
    onPart: ({ id, text, final, mode = parameters.current.mode }) => {
      if (mode === 'retelling') mouth.repeat(id, text, final);
    },
    onMessage: (message) => {
      const { id, text, from, mode = parameters.current.mode } = message;
      emitter.emit('heard', message);
      turn += 1;
      if (mode === 'dialogue') answer(text, id, from);
      else if (!behaviour.speaksBeforeFinal) mouth.repeat(id, text, true);
    },
    onCommand: obey,
    onViolation: (violation) => emitter.emit('violation', violation),
  });

  const mouth = createMouth({
    ...behaviour,
    clock,
    random,
    frameMs: timings.frameMs,
    speed: () => parameters.current.speed,
    durationOf: options.durationOf ?? speakingMs,
    tell,
    onSpeech: (speech) => {
      options.onSpeak?.(speech);
      emitter.emit('speech', speech);
    },
    onSpeaking: (speaking, { messageId, of, interrupted }) => {
      change({ speaking });
      tell({ kind: 'speech', messageId, of, speaking });
      if (!speaking) emitter.emit('silenced', { interrupted });
    },
    onReplyFailed: (error) => emitter.emit('reply-failed', { error }),
  });

  let lastSend: Promise<void> = Promise.resolve();
  let undoPort: (() => void) | undefined = listen();

  function listen() {
    return port.onPacket(({ data, from }) => {
      if (!ignoring) ears.hear(data, from);
    });
  }

  function tell(said: Said): void {
    for (const packet of dialect.write(said, writing)) send(packet);
  }

  function send(packet: Uint8Array<ArrayBuffer>): void {
    if (ignoring || !state.present) return;
    lastSend = lastSend
      .then(() => (state.present ? port.send(packet) : undefined))
      // A port that cannot send has a link that is down: the visitor is told by the network, not by the avatar.
      .catch(() => {});
  }

  function change(part: Partial<AvatarState>): void {
    state = Object.freeze({ ...state, ...parameters.current, ...part });
    emitter.emit('changed', state);
  }

  function after(ms: number, task: () => void): () => void {
    const cancel = clock.schedule(() => {
      pendingTimers.delete(forget);
      task();
    }, ms);
    const forget = () => {
      pendingTimers.delete(forget);
      cancel();
    };
    pendingTimers.add(forget);
    return forget;
  }

  function hearCall(text: string, mode: AvatarMode): void {
    if (!ignoring && state.present) ears.hearCall(text, randomName(random, 12), mode);
  }

  function answer(text: string, messageId: string, from: string): void {
    mouth.answer(messageId, timings.thinkMs, (signal) =>
      reply(text, { messageId, from, turn: turn - 1, language: parameters.current.language, signal }),
    );
  }

  function acknowledge(command: HeardCommand, code: number, message: string): void {
    const { id: of, name } = command;
    after(timings.acknowledgeMs, () => tell({ kind: 'acknowledgement', of, command: name, code, message }));
  }

  function obey(command: HeardCommand): void {
    emitter.emit('command', command);
    switch (command.name) {
      case 'interrupt':
        mouth.hush();
        return acknowledge(command, 1000, 'OK');
      case 'set-params': {
        const problem = parameters.apply(command.data);
        if (problem === undefined) change({});
        return acknowledge(command, problem === undefined ? 1000 : 1003, problem ?? 'OK');
      }
      case 'set-action':
        if (command.problem === undefined) act(command.data);
        if (behaviour.acknowledgesActions)
          acknowledge(command, command.problem ? 1003 : 1000, command.problem ?? 'OK');
        return;
      default:
        return acknowledge(command, 1000, 'OK');
    }
  }

  function act({ action, expression }: ActionData): void {
    cancelGesture();
    change({ gesture: action, expression });
    cancelGesture = after(timings.gestureMs, () => change({ gesture: undefined, expression: undefined }));
  }

  function stop(): void {
    for (const cancel of [...pendingTimers]) cancel();
    mouth.hush();
    ears.forget();
  }

  return {
    heard: ears.heard,
    behaviour,
    dialect,
    get state() {
      return state;
    },
    get speaking() {
      return state.speaking;
    },
    get mode() {
      return state.mode;
    },
    get speed() {
      return state.speed;
    },
    get gesture() {
      return state.gesture;
    },
    on: emitter.on,
    say(text) {
      mouth.answer(undefined, 0, () => text);
    },
    understand(text) {
      const id = mouth.tellUserSpeech(text);
      turn += 1;
      if (parameters.current.mode === 'dialogue') answer(text, id, '');
    },
    ask: (text) => hearCall(text, 'dialogue'),
    repeat: (text) => hearCall(text, 'retelling'),
    call(action, body) {
      const meaning = ownOf(dialect.calls, action);
      if (!meaning)
        throw new AvatarError('unsupported', `An avatar of ${dialect.name} takes no call ${action}.`);
      if (meaning === 'nothing') return;
      const text = isObject(body) ? body.text : undefined;
      if (typeof text !== 'string' || text === '')
        throw new AvatarError('invalid-argument', `text of the call ${action} has to be a text.`);
      hearCall(text, meaning);
    },
    async leave() {
      if (!state.present) return;
      stop();
      if (!behaviour.remembersParameters) parameters.reset();
      change({ present: false, gesture: undefined, expression: undefined });
      undoPort?.();
      undoPort = undefined;
      await port.leave?.();
    },
    async return() {
      if (state.present) return;
      await port.return?.();
      undoPort = listen();
      change({ present: true });
    },
    ignoreEverything(ignore = true) {
      ignoring = ignore;
      if (ignore) stop();
    },
    close() {
      stop();
      undoPort?.();
      undoPort = undefined;
      emitter.clear();
    },
  };
}

export { type AvatarBehaviour, optimistic, pessimistic } from './avatar-behaviour';
export type { HeardCommand, HeardFrame, HeardMessage, Violation } from './avatar-ears';
export { type Speech, speakingMs } from './avatar-voice';
