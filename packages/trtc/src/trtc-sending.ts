import { failure } from './trtc-errors';
import type { TrtcClient } from './trtc-sdk';

/**
 * @throws AvatarError `invalid-argument` for what is empty, which the SDK refuses with 5017, or no bytes;
 * `packet-too-large`
 */
export function checkPacket(packet: Uint8Array, maxPacketBytes: number): void {
  if (!ArrayBuffer.isView(packet)) throw failure('invalid-argument', 'packet must be a Uint8Array.');
  if (packet.byteLength === 0) throw failure('invalid-argument', 'packet must not be empty.');
  if (packet.byteLength > maxPacketBytes) {
    throw failure('packet-too-large', `A packet holds at most ${maxPacketBytes} bytes.`);
  }
}

/**
 * Quirk: `sendCustomMessage` is declared as `void` and answers in three ways. Taken: `undefined`. A wrong argument, or
 * not in the room: a rejected promise. Over its rate: a throw. This makes one promise of them, in the turn of the call.
 *
 * The buffer is a fresh one of this realm, because the SDK refuses any other with 5004.
 *
 * Seen in trtc-sdk-v5 5.17.1. Can go when the SDK answers in one way.
 */
export async function handOver(client: TrtcClient, cmdId: number, packet: Uint8Array): Promise<void> {
  const data = new ArrayBuffer(packet.byteLength);
  new Uint8Array(data).set(packet);
  await client.sendCustomMessage({ cmdId, data });
}
