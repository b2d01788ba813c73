/** Commands on their way: into the outbox, handed over, and then waiting for the avatar's word. */

import type { Clock } from '../clock';
import type { Outbox } from '../delivery/outbox';
import { AvatarError } from '../errors';
import { type Acknowledgement, type Command, SUCCESS_CODE } from '../protocol/messages';
import { serviceCodeMeaning } from '../protocol/service-codes';
import { type PausableTimer, startPausableTimer } from './pausable-timer';

/** Of the last three, one is called, once. */
export interface SentCommand {
  readonly command: Command;
  /** How long to wait for the answer, from hand-over. */
  readonly ackMs: number;
  /** See `OutgoingCommand`. */
  readonly keepsChat?: boolean;
  onHandedOver?(): void;
  onAcknowledged(): void;
  /** Not sent, refused, or without an answer. */
  onFailed(error: AvatarError): void;
  /** No answer. @default a failure, or done where the service answers nothing */
  onSilence?(): void;
}

export interface Acknowledgements {
  /** Returns what forgets it: from then on nothing is called. */
  send(command: SentCommand): () => void;
  receive(acknowledgement: Acknowledgement): void;
  /** The connection is away. */
  readonly paused: boolean;
  /** The time-outs stand still. */
  pause(): void;
  resume(): void;
  /** What was handed over fails. */
  close(error: AvatarError): void;
}

export interface AcknowledgementsOptions {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly newId: () => string;
  /** @throws AvatarError `unsupported` for what the service does not take */
  readonly encode: (command: Command, messageId: string) => Uint8Array<ArrayBuffer>;
  /** Whether the service answers commands. Where it does not, one is done when it was taken. */
  readonly expected: () => boolean;
  /** Receives the milliseconds from hand-over to each answer. */
  readonly onLatency: (ms: number) => void;
}

interface Open {
  readonly name: Command['name'];
  /** None where only its being taken counts. */
  readonly timer: PausableTimer | undefined;
  answer(acknowledgement: Acknowledgement): void;
  fail(error: AvatarError): void;
}

export function createAcknowledgements(options: AcknowledgementsOptions): Acknowledgements {
  const { outbox, clock, newId, encode, expected, onLatency } = options;
  const open = new Map<string, Open>();
  let paused = false;

  /** Older builds leave the id out; then it counts only if there is no doubt. */
  function find({ messageId, command }: Acknowledgement): Open | undefined {
    const candidates =
      messageId === undefined
        ? [...open.values()].filter(({ name }) => name === command)
        : [open.get(messageId)];
    return candidates.length === 1 && candidates[0]?.name === command ? candidates[0] : undefined;
  }

  return {
    send({ command, ackMs, keepsChat = false, onHandedOver, onAcknowledged, onFailed, onSilence }) {
      const { name } = command;
      const messageId = newId();
      let done = false;
      function settle(how: () => void): void {
        if (done) return;
        done = true;
        open.get(messageId)?.timer?.cancel();
        open.delete(messageId);
        how();
      }
      const fail = (error: AvatarError) => settle(() => onFailed(error));
      outbox.enqueueCommand({
        lane: name === 'interrupt' ? name : 'command',
        messageId,
        keepsChat,
        packet: () => encode(command, messageId),
        onFailed: fail,
        onTaken: () => expected() || settle(onSilence ?? onAcknowledged),
        onHandedOver() {
          if (done) return;
          onHandedOver?.();
          const since = clock.now();
          const silence = () =>
            new AvatarError('ack-timeout', `The avatar did not acknowledge ${name} within ${ackMs} ms.`);
          const onElapsed = () => settle(onSilence ?? (() => onFailed(silence())));
          open.set(messageId, {
            name,
            timer: expected() ? startPausableTimer(clock, ackMs, onElapsed) : undefined,
            answer(acknowledgement) {
              onLatency(clock.now() - since);
              if (acknowledgement.code === SUCCESS_CODE) settle(onAcknowledged);
              else fail(refusal(acknowledgement));
            },
            fail,
          });
        },
      });
      return () => settle(() => {});
    },
    receive: (acknowledgement) => find(acknowledgement)?.answer(acknowledgement),
    get paused() {
      return paused;
    },
    pause() {
      paused = true;
      for (const { timer } of open.values()) timer?.pause();
    },
    resume() {
      paused = false;
      for (const { timer } of open.values()) timer?.resume();
    },
    close(error) {
      for (const { fail } of [...open.values()]) fail(error);
    },
  };
}

function refusal({ command, code, message }: Acknowledgement): AvatarError {
  const meaning = serviceCodeMeaning(code) ?? 'a code that no document lists';
  const said = message === '' ? '' : ` The service says: ${message.slice(0, 200)}`;
  return new AvatarError(
    'command-refused',
    `The avatar refused ${command} with ${code}: ${meaning}.${said}`,
    {
      serviceCode: code,
    },
  );
}
