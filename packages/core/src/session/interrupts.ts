/** `interrupt`, of which one at a time waits for its acknowledgement. */

import type { Outbox } from '../delivery/outbox';
import { AvatarError } from '../errors';
import { encodeCommand } from '../protocol/encode';
import type { Acknowledgements } from './acknowledgements';
import { createDeferred, type Deferred } from './deferred';

export interface Interrupts {
  send(): Promise<void>;
  /** Packets handed over before may be lost: says the open interrupt once more, unless newer chat has left. */
  repeat(): void;
  close(error: AvatarError): void;
}

export interface InterruptsOptions {
  readonly outbox: Outbox;
  readonly acknowledgements: Acknowledgements;
  readonly ackMs: number;
  readonly newId: () => string;
  /** Grows with every part of chat handed over. */
  readonly chatPartsHandedOver: () => number;
  readonly onAcknowledged: () => void;
}

interface OpenInterrupt {
  readonly caller: Deferred<void>;
  /** Chat that left before it. Undefined until its own hand-over. */
  chatPartsBefore: number | undefined;
  messageId: string;
  repeated: boolean;
}

export function createInterrupts(options: InterruptsOptions): Interrupts {
  const { outbox, acknowledgements, ackMs, newId, chatPartsHandedOver, onAcknowledged } = options;
  const open = new Set<OpenInterrupt>();

  const coversAllChat = ({ chatPartsBefore }: OpenInterrupt) =>
    chatPartsBefore === undefined || chatPartsBefore === chatPartsHandedOver();

  function handOver(interrupt: OpenInterrupt, keepsChat = false): void {
    const messageId = newId();
    interrupt.messageId = messageId;
    const finish = (settle: () => void) => {
      // A repeated interrupt no longer listens to the answers of its first form.
      if (interrupt.messageId !== messageId || !open.delete(interrupt)) return;
      settle();
    };
    const fail = (error: AvatarError) => finish(() => interrupt.caller.reject(error));
    outbox.enqueueCommand({
      lane: 'interrupt',
      messageId,
      keepsChat,
      packet: encodeCommand({ name: 'interrupt' }, messageId),
      onFailed: fail,
      onHandedOver() {
        interrupt.chatPartsBefore = chatPartsHandedOver();
        acknowledgements.expect({
          name: 'interrupt',
          messageId,
          ackMs,
          onAcknowledged: () =>
            finish(() => {
              interrupt.caller.resolve();
              onAcknowledged();
            }),
          onRefused: fail,
          onSilence: () =>
            fail(
              new AvatarError(
                'ack-timeout',
                `The avatar did not acknowledge the interrupt within ${ackMs} ms.`,
              ),
            ),
        });
      },
    });
  }

  return {
    send() {
      for (const earlier of open) if (coversAllChat(earlier)) return earlier.caller.promise;
      const interrupt: OpenInterrupt = {
        caller: createDeferred<void>(),
        chatPartsBefore: undefined,
        messageId: '',
        repeated: false,
      };
      open.add(interrupt);
      handOver(interrupt);
      return interrupt.caller.promise;
    },
    repeat() {
      for (const interrupt of open) {
        if (interrupt.chatPartsBefore === undefined || interrupt.repeated || !coversAllChat(interrupt))
          continue;
        interrupt.repeated = true;
        handOver(interrupt, true);
      }
    },
    close(error) {
      for (const { caller } of open) caller.reject(error);
      open.clear();
    },
  };
}
