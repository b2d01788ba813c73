/** Hands packets to the channel and says when they are off: the backpressure of a network that has no rate. */

import type { AvatarError, Clock } from '@avatarwire/core';
import { invalidArgument, packetTooLarge, sendFailed, sendUnsettled } from './webrtc-errors';
import { type DataChannelPort, listenToChannel } from './webrtc-sdk';

/** Bytes in the channel's buffer at or below which a packet counts as handed over. */
export const LOW_MARK_BYTES = 16_384;
const SEND_TIMEOUT_MS = 10_000;

export interface Outlet {
  /** Calls the channel in this turn; holds no queue of its own. */
  send(packet: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Stops listening, and rejects what has not settled with `error`. */
  dispose(error: AvatarError): void;
}

interface Waiting {
  resolve(): void;
  reject(error: AvatarError): void;
}

export function createOutlet(channel: DataChannelPort, maxPacketBytes: number, clock: Clock): Outlet {
  const everyWaiting = new Set<Waiting>();
  channel.bufferedAmountLowThreshold = LOW_MARK_BYTES;
  const stopListening = listenToChannel(channel, 'bufferedamountlow', () => {
    // Another send may have filled it again before this event came.
    if (channel.bufferedAmount <= LOW_MARK_BYTES) for (const waiting of [...everyWaiting]) waiting.resolve();
  });

  function drained(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        cancel();
        everyWaiting.delete(waiting);
      };
      const waiting: Waiting = {
        resolve() {
          settle();
          resolve();
        },
        reject(error) {
          settle();
          reject(error);
        },
      };
      const cancel = clock.schedule(() => waiting.reject(sendUnsettled(SEND_TIMEOUT_MS)), SEND_TIMEOUT_MS);
      everyWaiting.add(waiting);
    });
  }

  return {
    async send(packet) {
      if (!ArrayBuffer.isView(packet)) throw invalidArgument('packet', 'a Uint8Array');
      const bytes = packet.byteLength;
      if (bytes > maxPacketBytes) throw packetTooLarge(bytes, maxPacketBytes);
      try {
        // Sends the bytes of the view, not of the buffer behind it.
        channel.send(packet);
      } catch (error) {
        throw sendFailed(error, bytes, maxPacketBytes);
      }
      if (channel.bufferedAmount > LOW_MARK_BYTES) await drained();
    },
    dispose(error) {
      stopListening();
      for (const waiting of [...everyWaiting]) waiting.reject(error);
    },
  };
}
