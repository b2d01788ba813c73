/** Commands that were handed over and wait for the avatar's word. */

import type { Clock } from '../clock';
import { AvatarError } from '../errors';
import { type Acknowledgement, type CommandName, SUCCESS_CODE } from '../protocol/messages';
import { serviceCodeMeaning } from '../protocol/service-codes';
import { type PausableTimer, startPausableTimer } from './pausable-timer';

export interface OpenCommand {
  readonly name: CommandName;
  readonly messageId: string;
  /** Without an answer for this long after hand-over, `onSilence` is called. */
  readonly ackMs: number;
  onAcknowledged(): void;
  onRefused(error: AvatarError): void;
  onSilence(): void;
}

export interface Acknowledgements {
  /** Starts to wait: call it in the turn of the hand-over. */
  expect(command: OpenCommand): void;
  /** Returns whether a command was waiting for it. */
  receive(acknowledgement: Acknowledgement): boolean;
  /** The time-outs stand still: the connection is away. */
  pause(): void;
  resume(): void;
  /** Forgets all, calls nobody. */
  clear(): void;
}

/** @param onLatency receives the milliseconds from hand-over to each answer */
export function createAcknowledgements(
  clock: Clock,
  onLatency: (name: CommandName, ms: number) => void,
): Acknowledgements {
  const open = new Map<string, { command: OpenCommand; timer: PausableTimer; since: number }>();
  let paused = false;

  /** Older builds leave the id out; then it counts only if there is no doubt. */
  function find({ messageId, command: name }: Acknowledgement) {
    if (messageId !== undefined) {
      const entry = open.get(messageId);
      return entry?.command.name === name ? entry : undefined;
    }
    const candidates = [...open.values()].filter(({ command }) => command.name === name);
    return candidates.length === 1 ? candidates[0] : undefined;
  }

  return {
    expect(command) {
      const timer = startPausableTimer(clock, command.ackMs, () => {
        open.delete(command.messageId);
        command.onSilence();
      });
      if (paused) timer.pause();
      open.set(command.messageId, { command, timer, since: clock.now() });
    },
    receive(acknowledgement) {
      const entry = find(acknowledgement);
      if (!entry) return false;
      const { command, timer, since } = entry;
      open.delete(command.messageId);
      timer.cancel();
      onLatency(command.name, clock.now() - since);
      if (acknowledgement.code === SUCCESS_CODE) command.onAcknowledged();
      else command.onRefused(refusal(command.name, acknowledgement));
      return true;
    },
    pause() {
      paused = true;
      for (const { timer } of open.values()) timer.pause();
    },
    resume() {
      paused = false;
      for (const { timer } of open.values()) timer.resume();
    },
    clear() {
      for (const { timer } of open.values()) timer.cancel();
      open.clear();
    },
  };
}

function refusal(name: CommandName, { code, message }: Acknowledgement): AvatarError {
  const meaning = serviceCodeMeaning(code) ?? 'a code that no document lists';
  const said = message === '' ? '' : ` The service says: ${message.slice(0, 200)}`;
  return new AvatarError('command-refused', `The avatar refused ${name} with ${code}: ${meaning}.${said}`, {
    serviceCode: code,
  });
}
