/**
 * The sender of the integration guide, re-stated in our own words and code: what the library is compared with.
 *
 * It assumes four bytes for every UTF-16 unit, halves what still comes out too large, cuts everything before it sends
 * anything, and then waits after each packet but the last for as long as that packet takes at the rate.
 */

import type { Clock } from '@avatarwire/core';

export interface DocumentedSenderOptions {
  readonly messageId: string;
  readonly clock: Pick<Clock, 'now' | 'schedule'>;
  readonly send: (packet: Uint8Array) => void;
  /** @default 950 */
  readonly maxPacketBytes?: number;
  /** @default 6000 */
  readonly bytesPerSecond?: number;
}

const WORST_BYTES_PER_UNIT = 4;
const encoder = new TextEncoder();

export async function sendAsDocumented(text: string, options: DocumentedSenderOptions): Promise<void> {
  const { messageId, clock, send, maxPacketBytes = 950, bytesPerSecond = 6_000 } = options;
  const pieces = cutAsDocumented(text, messageId, maxPacketBytes);
  for (const [index, piece] of pieces.entries()) {
    const isLast = index === pieces.length - 1;
    const packet = encodeChat(messageId, index, isLast, piece);
    const startedAt = clock.now();
    send(packet);
    if (isLast) return;
    const waitMs = Math.ceil((1_000 * packet.length) / bytesPerSecond) - (clock.now() - startedAt);
    await new Promise<void>((resolve) => {
      clock.schedule(resolve, Math.max(0, waitMs));
    });
  }
}

export function cutAsDocumented(text: string, messageId: string, maxPacketBytes = 950): string[] {
  if (text === '') throw new RangeError('There is no text to send.');
  const emptyFrameBytes = encodeChat(messageId, 0, false, '').length;
  const usualUnits = Math.floor((maxPacketBytes - emptyFrameBytes) / WORST_BYTES_PER_UNIT);
  const pieces: string[] = [];
  for (let start = 0; start < text.length; ) {
    let units = usualUnits;
    let piece = text.slice(start, start + units);
    while (encodeChat(messageId, pieces.length, false, piece).length > maxPacketBytes) {
      if (units <= 1) throw new RangeError('Not even one character fits a packet.');
      units = Math.ceil(units / 2);
      piece = text.slice(start, start + units);
    }
    pieces.push(piece);
    start += units;
  }
  return pieces;
}

function encodeChat(messageId: string, index: number, isLast: boolean, text: string): Uint8Array {
  return encoder.encode(
    JSON.stringify({ v: 2, type: 'chat', mid: messageId, idx: index, fin: isLast, pld: { text } }),
  );
}
