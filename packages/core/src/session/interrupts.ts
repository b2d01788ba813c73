/** `interrupt`, of which one at a time waits for its acknowledgement. */

import type { Acknowledgements } from './acknowledgements';
import { createDeferred, type Deferred } from './deferred';

export interface Interrupts {
  send(): Promise<void>;
  /** Packets handed over before may be lost: says the open interrupt once more, unless newer chat has left. */
  repeat(): void;
}

export interface InterruptsOptions {
  readonly acknowledgements: Acknowledgements;
  readonly ackMs: number;
  /** Grows with every part of chat handed over. */
  readonly chatPartsHandedOver: () => number;
  readonly onAcknowledged: () => void;
}

interface OpenInterrupt {
  readonly caller: Deferred<void>;
  /** Chat that left before it. Undefined until its own hand-over. */
  chatPartsBefore: number | undefined;
  repeated: boolean;
  forget(): void;
}

export function createInterrupts(options: InterruptsOptions): Interrupts {
  const { acknowledgements, ackMs, chatPartsHandedOver, onAcknowledged } = options;
  const open = new Set<OpenInterrupt>();

  const coversAllChat = ({ chatPartsBefore }: OpenInterrupt) =>
    chatPartsBefore === undefined || chatPartsBefore === chatPartsHandedOver();

  function handOver(interrupt: OpenInterrupt): void {
    const { caller, repeated } = interrupt;
    interrupt.chatPartsBefore = undefined;
    interrupt.forget = acknowledgements.send({
      command: { name: 'interrupt' },
      ackMs,
      keepsChat: repeated,
      onHandedOver() {
        interrupt.chatPartsBefore = chatPartsHandedOver();
      },
      onAcknowledged() {
        open.delete(interrupt);
        caller.resolve();
        onAcknowledged();
      },
      onFailed(error) {
        // It was in flight when the connection was lost.
        if (acknowledgements.paused && repeatOnce(interrupt)) return;
        open.delete(interrupt);
        caller.reject(error);
      },
    });
  }

  function repeatOnce(interrupt: OpenInterrupt): boolean {
    if (interrupt.repeated || !coversAllChat(interrupt)) return false;
    interrupt.repeated = true;
    // It no longer listens to the answers of its first form.
    interrupt.forget();
    handOver(interrupt);
    return true;
  }

  return {
    send() {
      for (const earlier of open) if (coversAllChat(earlier)) return earlier.caller.promise;
      const interrupt: OpenInterrupt = {
        caller: createDeferred<void>(),
        chatPartsBefore: undefined,
        repeated: false,
        forget() {},
      };
      open.add(interrupt);
      handOver(interrupt);
      return interrupt.caller.promise;
    },
    repeat() {
      for (const interrupt of open) if (interrupt.chatPartsBefore !== undefined) repeatOnce(interrupt);
    },
  };
}
