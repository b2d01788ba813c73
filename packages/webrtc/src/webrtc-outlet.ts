/** Hands packets to the channel and says when they are off: the backpressure of a network that has no rate. */

import type { AvatarError, Clock } from '@avatarwire/core';
import { guardSends } from '@avatarwire/core/adapter';
import { invalidArgument, packetTooLarge, sendFailed } from './webrtc-errors';
import { type DataChannelPort, listenToChannel } from './webrtc-sdk';

/** Bytes in the channel's buffer at or below which a packet counts as handed over. */
export const LOW_MARK_BYTES = 16_384;

export interface Outlet {
  /** Calls the channel in this turn; holds no queue of its own. */
  send(packet: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Stops listening, and rejects what has not settled with `error`. */
  dispose(error: AvatarError): void;
}

export function createOutlet(channel: DataChannelPort, maxPacketBytes: number, clock: Clock): Outlet {
  const sends = guardSends('webrtc', clock);
  const waiting = new Set<() => void>();
  channel.bufferedAmountLowThreshold = LOW_MARK_BYTES;
  const stopListening = listenToChannel(channel, 'bufferedamountlow', () => {
    // Another send may have filled it again before this event came.
    if (channel.bufferedAmount > LOW_MARK_BYTES) return;
    for (const drained of waiting) drained();
    waiting.clear();
  });

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
      if (channel.bufferedAmount > LOW_MARK_BYTES)
        await sends.guard(
          new Promise<void>((resolve) => {
            waiting.add(resolve);
          }),
        );
    },
    dispose(error) {
      stopListening();
      sends.failAll(error);
    },
  };
}
